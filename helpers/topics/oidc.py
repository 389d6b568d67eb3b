"""Un petit fournisseur d'identité OpenID Connect, sur cette machine.

Il fait ce que fait celui d'une université : vérifier un mot de passe, et signer un *jeton
d'identité* (JWT, RS256) qui dit qui vous êtes, pour qui, et jusqu'à quand. Le document de
découverte, ``/.well-known/openid-configuration``, donne ses deux autres adresses : ``/jwks``, la
clé publique, et ``/token``, le jeton contre un nom et un mot de passe.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Form
from fastapi.responses import JSONResponse
from jwt.algorithms import RSAAlgorithm

from helpers.serving import serve


class OidcProvider:
    """Un fournisseur d'identité, que sert ``oidc_provider``."""

    audience = "kit-minio"  # le service auquel les jetons s'adressent
    role = "etudiants"  # le rôle que prend, sur un serveur S3, qui présente un de ces jetons
    role_arn = f"arn:aws:iam::000000000000:role/{role}"  # son nom entier, que demande STS
    key_id = "kit-1"  # le nom de sa clé, dans les jetons

    def __init__(self, passwords: Mapping[str, str], *, seconds: int) -> None:
        self.issuer = ""  # son adresse, qui est aussi son nom dans les jetons
        self.seconds = seconds
        self._passwords = dict(passwords)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def terms(self) -> dict[str, Any]:
        """Renvoie ce qu'un serveur S3 doit en savoir pour le croire, hors ce que permet le rôle."""
        return {name: getattr(self, name) for name in ("issuer", "audience", "role", "seconds")}

    def sign(self, user: str, **claims: Any) -> str:
        """Renvoie un jeton d'identité ; ``claims`` ajoute ou remplace des déclarations."""
        now = int(time.time())
        document = {
            "iss": self.issuer,
            "sub": user,
            "aud": self.audience,
            "iat": now,
            "exp": now + self.seconds,
            "preferred_username": user,
            "policy": self.role,  # MinIO y lit le nom de la politique à appliquer
        }
        return jwt.encode(
            document | claims, self.key, algorithm="RS256", headers={"kid": self.key_id}
        )

    def app(self) -> FastAPI:
        """Renvoie l'application qui répond aux trois adresses."""
        app = FastAPI(title="Fournisseur d'identité", docs_url=None)

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/jwks",
                "token_endpoint": f"{self.issuer}/token",
                "authorization_endpoint": f"{self.issuer}/authorize",
                "grant_types_supported": ["password"],
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/jwks")
        def keys() -> dict[str, Any]:
            public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

        @app.post("/token")
        def token(
            grant_type: Annotated[str, Form()],
            username: Annotated[str, Form()] = "",
            password: Annotated[str, Form()] = "",
        ) -> JSONResponse:
            if grant_type != "password":
                return JSONResponse({"error": "unsupported_grant_type"}, 400)
            # Comparés même pour un compte inconnu : le temps de réponse ne dit pas lequel existe.
            expected = self._passwords.get(username, secrets.token_hex())
            if not secrets.compare_digest(expected.encode(), password.encode()):
                return JSONResponse({"error": "invalid_grant"}, 400)
            tokens = dict.fromkeys(("access_token", "id_token"), self.sign(username))
            return JSONResponse(tokens | {"token_type": "Bearer", "expires_in": self.seconds})

        return app


@contextmanager
def oidc_provider(passwords: Mapping[str, str], *, seconds: int = 300) -> Iterator[OidcProvider]:
    """Sert un fournisseur d'identité le temps d'un ``with``.

    ``passwords`` donne le mot de passe de chaque compte ; un jeton vit ``seconds`` secondes.
    """
    provider = OidcProvider(passwords, seconds=seconds)
    with serve(provider.app(), name="oidc") as api:
        provider.issuer = api.url
        yield provider
