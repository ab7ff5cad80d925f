import { DOMWrapper, flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { watch } from "vue";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import RoomMenu from "./RoomMenu.vue";

it("opens a dialog with the focus on its button, to which the dialog gives it back", async () => {
  mountPage(RoomMenu, { props: { roomId: "ops", byKey: true } });
  await flushPromises();
  const focused = vi.fn();
  watch(useRoomDialog(), (dialog) => focused(dialog?.kind, document.activeElement?.getAttribute("data-testid")), { flush: "sync" });
  await new DOMWrapper(document.body).get("[data-testid=room-pins]").trigger("click");
  await vi.waitFor(() => expect(focused).toHaveBeenCalledExactlyOnceWith("pins", "room-menu"), PATIENCE);
});
