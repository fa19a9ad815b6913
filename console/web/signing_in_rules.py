"""How officers sign in to this console: the key of second factors, who needs one, and the authority's sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap.secret_files import kept_secret
from bootstrap.settings import Settings
from console.web.identity_provider import IdentityProvider
from desk.people.model import Role
from desk.people.sealing import Seal
from desk.people.single_sign_on import SecondFactorOf

#: Where the authority's sign-in sends the browser back to.
RETURN_PATH = "/desk/sign-in/authority/return"


@dataclass(frozen=True)
class SigningInRules:
    """``provider`` is None where the authority has no sign-in of its own."""

    seal: Seal
    second_factor_for: frozenset[Role]
    second_factor_of: SecondFactorOf
    provider: IdentityProvider | None

    @classmethod
    def of(cls, settings: Settings, web_address: str) -> SigningInRules:
        """As the settings say; the key is made and kept beside the other data where none is set.

        ``web_address``: where browsers reach this console.
        """
        key = settings.second_factor_key
        file = settings.var_dir / "second_factor.key"
        return cls(
            seal=Seal(key.get_secret_value() if key is not None else kept_secret(file, Seal.new_key)),
            second_factor_for=settings.second_factor_roles,
            second_factor_of=settings.oidc_second_factor,
            provider=(IdentityProvider(settings, web_address + RETURN_PATH) if settings.oidc_issuer else None),
        )
