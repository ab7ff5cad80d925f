"""What a user is called who has not said so."""

import hashlib

from shared.auth.identity import Identity
from shared.protocol.handles import default_handles
from shared.protocol.profile_frames import DISPLAY_NAME_LIMIT_CHARACTERS
from shared.protocol.refusals import HandleTaken
from shared.stores.profiles import Profile, Profiles


def ensured(user: Identity, *, profiles: Profiles, now_seconds: int) -> Profile:
    """Return the profile of a user, made from their name if they have none.

    Raises:
        HandleTaken: every handle that could be given to them is taken.
        RateLimited, Unavailable: from the store, or the profile was made by another connection meanwhile.
    """
    for known in profiles.find_all([user.user_id]):
        return known
    digest = hashlib.sha256(user.user_id.encode()).hexdigest()
    for handle in default_handles(user.username, digest):
        made = Profile(user.user_id, handle, user.username[:DISPLAY_NAME_LIMIT_CHARACTERS].rstrip())
        try:
            profiles.put(made, None, now_seconds)
        except HandleTaken:
            continue
        return made
    raise HandleTaken("no handle is left for that name")
