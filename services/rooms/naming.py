"""How users are called, and what else is told of them: the rules of profiles."""

from collections.abc import Callable
from dataclasses import replace

from shared.auth.identity import Identity
from shared.naming import ensured
from shared.protocol.handles import skeleton
from shared.protocol.profile_frames import GetProfiles, SetProfile
from shared.stores.blocks import Blocks
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
    if frame.show_last_seen is not None:
        kept = before.last_seen_at if frame.show_last_seen else None
        wanted = replace(wanted, shows_last_seen=frame.show_last_seen, last_seen_at=kept)
    if skeleton(wanted.handle) != skeleton(before.handle):
        profiles.check_free(wanted, now_seconds)
        spend()
    if wanted != before or frame.show_last_seen is not None:  # `before` may be older than the last choice
        profiles.put(wanted, before, now_seconds, show_last_seen=frame.show_last_seen)
    return wanted


def found(frame: GetProfiles, user: Identity, *, profiles: Profiles, blocks: Blocks) -> list[Profile]:
    """Return the profiles that `user` asks for, by user or by handle, without those that nobody has.

    Who blocks the user does not let them know when they were here last. That is looked up for those alone who
    want it told, by a read for each hundred, and looks as if they did not.

    Raises:
        RateLimited, Unavailable: from the store.
    """
    owners = [owner for handle in frame.handles if (owner := profiles.owner_of(handle))]
    known = profiles.find_all([*owners, *frame.user_ids])
    pairs = [
        (each.user_id, user.user_id)
        for each in known
        if each.last_seen_at is not None and each.user_id != user.user_id
    ]
    blockers = {blocker for blocker, _ in blocks.among(pairs)}
    return [replace(each, last_seen_at=None) if each.user_id in blockers else each for each in known]
