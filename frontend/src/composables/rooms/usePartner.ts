import { useAccountStore } from "@/stores/account";
import { useKnownRoomsStore } from "@/stores/knownRooms";

/** Whom a conversation of two is with; undefined in other rooms, and until the server has told. */
export function usePartner(): (roomId: string) => string | undefined {
  const known = useKnownRoomsStore();
  const account = useAccountStore();
  return (roomId) => known.rooms.get(roomId)?.users?.find((userId) => userId !== account.user?.userId);
}
