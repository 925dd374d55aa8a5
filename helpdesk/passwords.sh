#!/bin/sh
# Run once by PostgreSQL's image, after roles.sql.
set -e
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" \
    --set app="$APP_PASSWORD" --set owner="$OWNER_PASSWORD" <<'SQL'
ALTER ROLE helpdesk_app PASSWORD :'app';
ALTER ROLE helpdesk_owner PASSWORD :'owner';
SQL
