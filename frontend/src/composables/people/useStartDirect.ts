import { inject, provide, type InjectionKey, type Ref } from "vue";
import { useAsking, type AskFailure } from "@/composables/rooms/useAsking";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { useChat } from "@/composables/session/useChat";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";

interface StartDirect {
  readonly busy: Ref<boolean>;
  /** Enter the conversation of two with a user, which is made if there is none. */
  start(userId: string): Promise<void>;
}
const START_DIRECT: InjectionKey<StartDirect> = Symbol("start direct");

/** Let the people of a list be written to alone; the list says why the last time it failed. */
export function provideStartDirect(): Ref<AskFailure | null> {
  const chat = useChat();
  const known = useKnownRoomsStore();
  const rooms = useRoomsStore();
  const dialog = useRoomDialog();
  const { busy, failure, ask } = useAsking();

  async function start(userId: string): Promise<void> {
    const reply = await ask(() => chat.ask("startDirect", { userId }));
    if (reply?.type !== "room") return;
    known.learn(reply.data);
    known.learnRole({ roomId: reply.data.roomId, role: "member" });
    dialog.value = null;
    rooms.activate(reply.data.roomId);
  }

  provide(START_DIRECT, { busy, start });
  return failure;
}

export function useStartDirect(): StartDirect {
  const direct = inject(START_DIRECT);
  if (!direct) throw new Error("useStartDirect outside of a list of people");
  return direct;
}
