import { useLocalStorage } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import * as v from "valibot";
import { isRoomId } from "@/protocol/frames";
import { LOBBY, useRoomsStore } from "@/stores/rooms";

const roomsSchema = v.pipe(v.array(v.pipe(v.string(), v.check(isRoomId))), v.nonEmpty());
/** By hand: valibot's record leaves out keys like `constructor`, and rooms may be named so. */
const lastReadSchema = v.custom<Record<string, string>>(
  (value) => typeof value === "object" && value !== null && Object.values(value).every((key) => typeof key === "string"),
);

/** Keep a user's rooms and how far they were read in the browser, the same in all tabs. */
export function useStoredRooms(userId: string): void {
  const { joined, lastRead } = storeToRefs(useRoomsStore());
  const storedJoined = useLocalStorage<unknown>(`chat.${userId}.rooms`, [LOBBY], jsonOptions);
  const storedLastRead = useLocalStorage<unknown>(`chat.${userId}.lastRead`, {}, jsonOptions);

  watch(
    storedJoined,
    (value) => {
      const rooms = v.safeParse(roomsSchema, value);
      if (rooms.success && !equal(rooms.output, joined.value)) joined.value = rooms.output;
    },
    { immediate: true },
  );
  watch(
    storedLastRead,
    (value) => {
      const read = v.safeParse(lastReadSchema, value);
      if (read.success && !equal(read.output, lastRead.value)) lastRead.value = read.output;
    },
    { immediate: true },
  );
  watch(joined, (rooms) => (storedJoined.value = rooms));
  watch(lastRead, (read) => (storedLastRead.value = read));
}

const jsonOptions = { serializer: { read: parse, write: (value: unknown) => JSON.stringify(value) } };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
