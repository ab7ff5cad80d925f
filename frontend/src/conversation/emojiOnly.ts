/** One to three emoji, the flags and joined ones among them, and nothing else but spaces. */
const FEW_EMOJI = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** Whether a message is a few emoji and nothing else: it is shown large then. */
export function isEmojiOnly(content: string): boolean {
  return content.length <= 100 && FEW_EMOJI.test(content);
}
