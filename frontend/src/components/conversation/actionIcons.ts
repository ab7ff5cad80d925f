import { Flag, History, Pencil, Pin, PinOff, Reply, Trash2 } from "@lucide/vue";
import type { Component } from "vue";
import type { ButtonAction } from "@/conversation/messageActions";

/** What stands for an action, wherever it is offered. */
export const ACTION_ICONS: Readonly<Record<ButtonAction, Component>> = {
  reply: Reply,
  pin: Pin,
  unpin: PinOff,
  edit: Pencil,
  versions: History,
  remove: Trash2,
  report: Flag,
};
