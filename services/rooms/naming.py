"""How users are called: the rules of profiles."""

from collections.abc import Callable
from dataclasses import replace

from shared.auth.identity import Identity
from shared.naming import ensured
from shared.protocol.handles import skeleton
from shared.protocol.profile_frames import GetProfiles, SetProfile
from shared.stores.profiles import Profile, Profiles


def change(
    frame: SetProfile, user: Identity, *, profiles: Profiles, spend: Callable[[], object], now_seconds: int
) -> Profile:
    """Change what a user is called; what the frame leaves out stays.

    `spend` lets the user take another handle once more; one that is taken costs them nothing.

    Raises:
        HandleTaken: somebody else has that handle, or one that looks like it.
        RateLimited: they took too many handles, each of which is theirs for a while.
        RateLimited, Unavailable: from the store, or the profile was changed meanwhile.
    """
    before = ensured(user, profiles=profiles, now_seconds=now_seconds)
    wanted = replace(
        before,
        handle=before.handle if frame.handle is None else frame.handle,
        display_name=before.display_name if frame.display_name is None else frame.display_name,
        status=before.status if frame.status is None else frame.status,
    )
    if skeleton(wanted.handle) != skeleton(before.handle):
        profiles.check_free(wanted, now_seconds)
        spend()
    if wanted != before:
        profiles.put(wanted, before, now_seconds)
    return wanted


def found(frame: GetProfiles, *, profiles: Profiles) -> list[Profile]:
    """Return the profiles that were asked for, by user or by handle, without those that nobody has.

    Raises:
        RateLimited, Unavailable: from the store.
    """
    owners = [owner for handle in frame.handles if (owner := profiles.owner_of(handle))]
    return profiles.find_all([*owners, *frame.user_ids])
