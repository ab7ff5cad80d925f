import { useI18n } from "vue-i18n";
import { displayName } from "@/conversation/displayName";
import { roomKind } from "@/conversation/roomKind";
import { useKnownRoomsStore } from "@/stores/knownRooms";

/** What a room is called on the page: its title, a public room without one its name. */
export function useRoomTitles(): (roomId: string) => string {
  const { t } = useI18n();
  const known = useKnownRoomsStore();
  return (roomId) => {
    const title = displayName(known.rooms.get(roomId)?.title ?? "");
    if (title !== "") return title;
    const kind = roomKind(roomId);
    return kind === "public" ? roomId : t(`rooms.untitled.${kind}`);
  };
}
