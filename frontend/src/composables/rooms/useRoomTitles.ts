import { useI18n } from "vue-i18n";
import { displayName } from "@/conversation/displayName";
import { roomKind } from "@/conversation/roomKind";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useProfilesStore } from "@/stores/profiles";
import { usePartner } from "./usePartner";

/** What a room is called on the page: its title, a public room without one its name. */
export function useRoomTitles(): (roomId: string) => string {
  const { t } = useI18n();
  const known = useKnownRoomsStore();
  const profiles = useProfilesStore();
  const partnerIn = usePartner();

  /** What the other of a conversation of two is called; empty until the server has told. */
  function partner(roomId: string): string {
    const other = partnerIn(roomId);
    return other === undefined ? "" : displayName(profiles.known.get(other)?.displayName ?? "");
  }

  return (roomId) => {
    const title = displayName(known.rooms.get(roomId)?.title ?? "") || partner(roomId);
    if (title !== "") return title;
    const kind = roomKind(roomId);
    return kind === "public" ? roomId : t(`rooms.untitled.${kind}`);
  };
}
