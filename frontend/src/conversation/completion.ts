/** Words that are completed while one writes them in a message field. */

/** What a word being written could become. */
export interface Offer {
  readonly key: string;
  /** An emoji that stands before it. */
  readonly sign?: string;
  /** The user whose picture stands before it. */
  readonly userId?: string;
  readonly label: string;
  /** Shown behind the label, less prominent. */
  readonly note?: string;
  /** What stands in the field once it is taken. */
  readonly text: string;
}

/** What is known of the word that ends at the caret, from `start` on. */
export interface Completion {
  readonly start: number;
  readonly offers: readonly Offer[];
  /** What it becomes without being asked. */
  readonly instead?: string | undefined;
}

/** One kind of words. */
export interface CompletionSource {
  /** Names the list. */
  readonly name: "emojiNames" | "people";
  /** Null where no word of this kind ends at the caret. */
  complete(beforeCaret: string): Promise<Completion> | null;
}

/** More would hide the conversation. */
export const MOST_OFFERS = 8;
