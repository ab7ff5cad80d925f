import { useI18n } from "vue-i18n";
import { displayName } from "@/conversation/displayName";
import { roomKind } from "@/conversation/roomKind";
import { useAccountStore } from "@/stores/account";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useProfilesStore } from "@/stores/profiles";

/** What a room is called on the page: its title, a public room without one its name. */
export function useRoomTitles(): (roomId: string) => string {
  const { t } = useI18n();
  const known = useKnownRoomsStore();
  const profiles = useProfilesStore();
  const account = useAccountStore();

  /** Whom a conversation of two is with; empty until the server has told. */
  function partner(roomId: string): string {
    const other = known.rooms.get(roomId)?.users?.find((userId) => userId !== account.user?.userId);
    return other === undefined ? "" : displayName(profiles.known.get(other)?.displayName ?? "");
  }

  return (roomId) => {
    const title = displayName(known.rooms.get(roomId)?.title ?? "") || partner(roomId);
    if (title !== "") return title;
    const kind = roomKind(roomId);
    return kind === "public" ? roomId : t(`rooms.untitled.${kind}`);
  };
}
