"""Passkeys as a browser would have registered them; nobody holds their private halves."""

import secrets
from hashlib import sha256

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT


def make_passkey(user) -> Authenticator:
    key_id = secrets.token_bytes(16)
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    known = AttestedCredentialData.create(bytes(16), key_id, key)
    data = AuthenticatorData.create(sha256(b"testserver").digest(), FLAGS, 0, known)
    response = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create("webauthn.create", b"", "http://testserver"),
        attestation_object=AttestationObject.create("none", data, {}),
    )
    said = dict(RegistrationResponse(raw_id=key_id, response=response))
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "Key", "credential": said}
    )
