import { mentionsIn } from "@/conversation/mentions";
import type { SessionState } from "@/protocol/session";
import { receive } from "@/protocol/rooms/timeline";
import { useAccountStore } from "@/stores/account";
import { useConnectionStore } from "@/stores/connection";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useOutboxStore } from "@/stores/outbox";
import { usePresenceStore } from "@/stores/presence";
import { useRoomsStore } from "@/stores/rooms";

/** The stores, as the session sees them. */
export function useSessionState(): SessionState {
  const rooms = useRoomsStore();
  const outbox = useOutboxStore();
  const presence = usePresenceStore();
  const known = useKnownRoomsStore();
  return {
    joinedRooms: () => rooms.joined,
    activeRoom: () => rooms.active,
    timeline: rooms.timeline,
    updateTimeline(roomId, change) {
      rooms.update(roomId, change);
      outbox.settle(rooms.timeline(roomId).messages);
    },
    roomRefused: rooms.refuse,
    roomAdmitted: rooms.admit,
    presence: presence.ofRoom,
    updatePresence: presence.update,
    membersFailed: presence.fail,
    updateTyping: presence.updateTyping,
    pendingEntries: () => outbox.pending,
    delivered(entry, message) {
      // Left meanwhile: nothing of the room is kept, and the message is delivered all the same.
      if (rooms.joined.includes(entry.roomId)) rooms.update(entry.roomId, (timeline) => receive(timeline, [message]));
      outbox.discard(entry.clientMessageId);
    },
    sendFailed: outbox.fail,
    sendLimited: outbox.limit,
    mentionsHere: ({ roomId, content }) => known.mayMentionHere(roomId) && mentionsIn(content).here,
    linkChanged: useConnectionStore().change,
    sessionExpired: useAccountStore().sessionExpired,
  };
}
