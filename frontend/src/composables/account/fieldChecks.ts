/** What is looked at in a field before it is sent. */
import { codePoints } from "@/conversation/codePoints";
import { isBlank } from "@/conversation/displayName";
import type { Field, FieldError } from "./useSubmission";

/** Longest name the server takes, in code points. */
const NAME_LIMIT = 64;
/** What makes an address one; whether it exists, the code sent there finds out. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

export function missing(field: Field, text: string): FieldError | false {
  return text.trim() === "" && `missing.${field}`;
}

export function noAddress(text: string): FieldError | false {
  return missing("email", text) || (!ADDRESS.test(text.trim()) && "email");
}

/** A name that may be left out. */
export function tooLong(text: string): FieldError | false {
  return codePoints(text.trim()) > NAME_LIMIT && "tooLong";
}

export function noName(text: string): FieldError | false {
  return (isBlank(text) && "missing.name") || tooLong(text);
}
