"""Which ways to sign in the settings allow; the identity provider's libraries load only where one is configured."""

from __future__ import annotations

from task_assistant.bootstrap.settings import Settings
from task_assistant.services.house import Services
from task_assistant.services.provider_sign_in import ProviderSignIn
from task_assistant.web.site import Ways

CALLBACK = "/sign-in/callback"


def ways_in(settings: Settings, services: Services) -> Ways:
    """The ways of this server. What the provider still lacks is said where it is begun, and always in hosted mode."""
    key_set, local = settings.api_key is not None, not settings.hosted
    needed = {
        "GOOGLE_OAUTH_CLIENT_ID": settings.google_client_id,
        "GOOGLE_OAUTH_CLIENT_SECRET": settings.google_client_secret,
        "ALLOWED_GOOGLE_EMAILS": settings.allowed_google_emails,
    }
    missing = tuple(name for name, value in needed.items() if not value)
    if missing:
        wanted = settings.hosted or len(missing) < len(needed)
        return Ways(key_set, local, missing=missing if wanted else ())
    return Ways(key_set, local, _provider(settings, services))


def _provider(settings: Settings, services: Services) -> ProviderSignIn:
    from task_assistant.identity.oidc import OidcProvider

    desk = services.desk
    client, secret = settings.google_client_id or "", settings.google_client_secret or ""
    provider = OidcProvider(settings.oidc_issuer, client, secret, desk.clock)
    return ProviderSignIn(desk, provider, settings.allowed_google_emails, settings.base_url + CALLBACK)
