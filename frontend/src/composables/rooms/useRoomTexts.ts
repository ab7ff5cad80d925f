import { useI18n } from "vue-i18n";
import { roomKind } from "@/conversation/roomKind";
import type direct from "@/i18n/direct.en";
import { useRoomTitles } from "./useRoomTitles";

type Texts = typeof direct;
/** A text that names a room: "rooms.left". */
export type RoomText = { [Part in keyof Texts]: `${Part}.${Extract<keyof Texts[Part], string>}` }[keyof Texts];

/** Says something of a room by its title, and of a conversation of two as one speaks of a person. */
export function useRoomTexts(): (text: RoomText, roomId: string, named?: Record<string, unknown>, count?: number) => string {
  const { t } = useI18n();
  const titleOf = useRoomTitles();
  return (text, roomId, named = {}, count = 1) =>
    t(roomKind(roomId) === "direct" ? `direct.${text}` : text, { ...named, room: titleOf(roomId) }, count);
}
