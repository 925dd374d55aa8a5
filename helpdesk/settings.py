"""One file, read from the environment, grouped by heading."""

import socket
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from helpdesk.env import (
    BASE_DIR,
    QUEUES,
    data_dir,
    database,
    env_bool,
    env_int,
    env_list,
    env_required,
    env_text,
    files_storage,
    logs,
    oauth_services,
)
from helpdesk.limits import ACCOUNT_RATE_LIMITS, LIMITS  # noqa: F401 - settings, too

# Site
PRODUCT_NAME = env_text("PRODUCT_NAME", "Helpdesk")
DEBUG = env_bool("DEBUG", default=False)
DATA_DIR = data_dir()
SECRET_KEY = env_required("SECRET_KEY", "fifty random characters that sign sessions and links.")
# Fernet keys, newest first; older ones still decrypt.
CHANNEL_SECRETS_KEYS = env_required(
    "CHANNEL_SECRETS_KEY", "the key that encrypts channels' passwords and tokens."
).split(",")
BASE_URL = env_text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(BASE_URL)
FILES_HOST = env_text("FILES_HOST")  # files' own, where nothing of ours can be reached by them
ALLOWED_HOSTS = list(
    {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), _base.hostname or "localhost"}
    | {*env_list("ALLOWED_HOSTS"), FILES_HOST.partition(":")[0]} - {""}
)
OUR_APPS = ["accounts", "knowledgebase", "inbox", "routing", "analytics"]
INSTALLED_APPS = [
    "helpdesk.apps.HelpdeskConfig",
    *OUR_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "django_htmx",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "helpdesk.security.ContentSecurityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.requests.RequestMiddleware",
    "helpdesk.security.FilesHostMiddleware",
    "helpdesk.security.Utf8Middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.browsers.BrowserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.manners.MannersMiddleware",
    "accounts.middleware.WorkspaceMiddleware",
]
ROOT_URLCONF = "helpdesk.urls.public"
WORKSPACE_URLCONF = "helpdesk.urls.workspace"
ASGI_APPLICATION = "helpdesk.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "accounts.entrance_forms.LoginForm",
    "signup": "accounts.entrance_forms.SignupForm",
    "add_email": "accounts.entrance_forms.AddEmailForm",
    "change_password": "accounts.entrance_forms.ChangePasswordForm",
    "set_password": "accounts.entrance_forms.SetPasswordForm",
    "reset_password": "accounts.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.entrance_forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme
# Without a mail server nobody could follow a mandatory link.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if env_text("EMAIL_HOST") else "optional"
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.factor_forms.ActivateAppForm",
    "add_webauthn": "accounts.factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.factor_forms.RenamePasskeyForm",
    "login_webauthn": "accounts.factor_forms.EnterByPasskeyForm",
    "authenticate_webauthn": "accounts.factor_forms.AnswerByPasskeyForm",
    "reauthenticate_webauthn": "accounts.factor_forms.ConfirmByPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 s that a phone's clock may be off
# Where mail is sent nobody comes in unproved, and where it is not nobody could prove an address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 3600
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
]

# Browsers
_https = _base.scheme == "https"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # unless "Stay signed in" is ticked
CSRF_USE_SESSIONS = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # one cookie is enough
CSRF_FAILURE_VIEW = "helpdesk.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]  # asked inside, without a proxy
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # X-Frame-Options comes with the policy
WHITENOISE_ALLOW_ALL_ORIGINS = False  # other sites have no use for our scripts and styles
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
ATTACHMENT_MAX_BYTES = env_int("ATTACHMENT_MAX_BYTES", 25 * 1024 * 1024)
ATTACHMENTS_PER_MESSAGE = env_int("ATTACHMENTS_PER_MESSAGE", 10)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.DenyByDefault"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.StrictJSONParser"],
    "EXCEPTION_HANDLER": "accounts.api.api_exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{PRODUCT_NAME} API",
    "DESCRIPTION": "Conversations, contacts and what is decided about them, for programs.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "APPEND_COMPONENTS": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "SECURITY": [{"token": []}],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ChannelKind": "inbox.enums.ChannelKind",
        "MessageKind": "inbox.enums.MessageKind",
        "MessageState": "inbox.enums.MessageState",
        "Role": "accounts.enums.Role",
        "Status": "inbox.enums.Status",
        "TokenScope": "accounts.enums.TokenScope",
    },
}

# Data: the runtime connects as the app role; only migrations need the owner.
DATABASES = {
    "default": database(
        env_required("DATABASE_URL", "the address of PostgreSQL, signing in as the app role."),
        # Tries again soon after PostgreSQL was away, instead of ever later.
        pool={
            "min_size": 0,
            "max_size": env_int("DATABASE_POOL", 16),
            "timeout": 5,
            "reconnect_timeout": 2,
        },
    )
    | {"CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}
}
if _owner := env_text("DATABASE_OWNER_URL"):
    # A migration that waits for a table holds up everybody behind it.
    DATABASES["owner"] = database(_owner, options="-c lock_timeout=1s")

# Redis: wakes workers and carries live pushes. Losing it loses time, never data.
REDIS_URL = env_required("REDIS_URL", "the address of Redis.")
CHANNEL_LAYERS = {"default": {"BACKEND": "helpdesk.layers.LiveLayer", "CONFIG": {"url": REDIS_URL}}}

# Counts tries of sign-ins and codes for all processes.
CACHES = {"default": {"BACKEND": "helpdesk.cache.SharedCache", "LOCATION": REDIS_URL}}

# Background work: a row in PostgreSQL is the work, a Celery message only its doorbell.
FOLLOW_UP_PATIENCE = timedelta(seconds=env_int("FOLLOW_UP_PATIENCE", 30))
VANISHED_AFTER = timedelta(seconds=env_int("VANISHED_AFTER", 300))
DELIVERY_PATIENCE = timedelta(seconds=60)
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 540, 600  # seconds
CELERY_TASK_DEFAULT_QUEUE = "follow-ups"
CELERY_TASK_ROUTES = {
    "accounts.letters.send_letter": {"queue": "bulk"},
    "inbox.tasks.ingest_delivery": {"queue": "inbound"},
    "inbox.tasks.send_*": {"queue": "outbound"},
    "accounts.tasks.prove_worker": {"queue": "maintenance"},
    "analytics.tasks.roll_up": {"queue": "maintenance"},
}
CELERY_WORKER_QUEUES = QUEUES
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Mail goes to the console and DATA_DIR/mail until a server is named.
EMAIL_HOST = env_text("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "helpdesk.mail.LocalBackend"
)
# Whether channels' own mail servers may be in private networks and at any port, unencrypted too.
ALLOW_PRIVATE_SERVERS = env_bool("ALLOW_PRIVATE_SERVERS", default=False)
PRIVATE_SERVERS = env_list("PRIVATE_SERVERS")  # or only these hosts and networks, as others are
OAUTH_SERVICES = oauth_services()  # that channels' people sign in to
MAIL_API_URLS = dict(one.split("=", 1) for one in env_list("MAIL_API_URLS"))  # mailgun=https://…
DEFAULT_FROM_EMAIL = env_text(
    "DEFAULT_FROM_EMAIL", f"{PRODUCT_NAME} <helpdesk@{_base.hostname or 'localhost'}>"
)

# Languages
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [DATA_DIR / "locale"]  # compiled there from locale/ when a process starts

# Pages: ours are Jinja2; the Django language stays for third-party apps.
TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "helpdesk.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
STATIC_URL = "/static/"  # absolute: a relative one would get the workspace's script prefix
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = ["helpdesk.static_files.Finder"]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": files_storage(DATA_DIR),
    "staticfiles": {"BACKEND": "helpdesk.static_files.Storage"},
}

# Being watched
LOGGING, LOG_REQUESTS = logs()
REQUEST_ID_HEADER, SENTRY_DSN = env_text("REQUEST_ID_HEADER"), env_text("SENTRY_DSN")
METRICS_TOKEN, METRICS_DIR = env_text("METRICS_TOKEN"), env_text("METRICS_DIR")
