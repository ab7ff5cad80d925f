/** The Markdown that chats have: emphasis, code, links, quotes and lists. Everything else is the text it is. */
import { Lexer, Tokenizer, type Token, type Tokens } from "marked";
import { bareLinkAtStart } from "./links";

/** Deeper than this nobody quotes, and a reader of nested marks takes time for each. */
const MOST_NESTED = 5;
const QUOTED_LINES = /^(?: {0,3}>[^\n]*(?:\n|$))+/;
const QUOTE_MARK = /^ {0,3}> ?/gm;
/** A smiley like `>_<` is no quote, and "5." alone no list. */
const OPENS_QUOTE = /^ {0,3}>[> ]*[ \n]/;
const OPENS_LIST = /^ {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]+\S/;
const UNDERLINES = /^_{2,}/;
const CLOSED_FENCE = /\n {0,3}(?:`{3,}|~{3,})[ \t]*\n*$/;
/** Emphasis looks for its end at each mark: so many of them without one cost time, and mean nothing. */
const MOST_MARKS = 500;

class ChatTokenizer extends Tokenizer {
  private depth = 0;

  /** Other than in CommonMark a quote ends with its last `>`: what stands in the next line is the answer. */
  override blockquote(src: string): Tokens.Blockquote | undefined {
    const raw = OPENS_QUOTE.test(src) ? QUOTED_LINES.exec(src)?.[0] : undefined;
    if (raw === undefined) return undefined;
    const text = raw.replace(QUOTE_MARK, "");
    return this.nested(() => ({ type: "blockquote", raw, text, tokens: this.lexer.blockTokens(text, []) }));
  }

  override list(src: string): Tokens.List | undefined {
    return OPENS_LIST.test(src) ? this.nested(() => super.list(src)) : undefined;
  }

  /** A fence that is never closed is text, in a chat. */
  override fences(src: string): Tokens.Code | undefined {
    const token = super.fences(src);
    return token && CLOSED_FENCE.test(token.raw) ? token : undefined;
  }

  /** Other than in CommonMark none goes beyond its line: in a chat, a line is a unit. */
  override codespan(src: string): Tokens.Codespan | undefined {
    const token = super.codespan(src);
    return token?.raw.includes("\n") ? undefined : token;
  }

  /** Two underlines are no emphasis: `__init__` is a name. */
  override escape(src: string): Tokens.Escape | undefined {
    const raw = UNDERLINES.exec(src)?.[0];
    return raw === undefined ? super.escape(src) : { type: "escape", raw, text: raw };
  }

  override url(src: string): Tokens.Link | undefined {
    const link = bareLinkAtStart(src);
    if (!link) return undefined;
    const raw = src.slice(0, link.end);
    return { type: "link", raw, href: link.href, text: raw, tokens: [{ type: "text", raw, text: raw }] };
  }

  override code = nothing;
  override heading = nothing;
  override lheading = nothing;
  override hr = nothing;
  override html = nothing;
  override tag = nothing;
  override def = nothing;
  override table = nothing;
  override br = nothing;

  private nested<T>(read: () => T): T | undefined {
    if (this.depth >= MOST_NESTED) return undefined;
    this.depth += 1;
    try {
      return read();
    } finally {
      this.depth -= 1;
    }
  }
}

function nothing(): undefined {
  return undefined;
}

/** `content` as marked's tokens; of a text that is little but marks, one of plain text. */
export function tokensOf(content: string): Token[] {
  if ((content.match(/[*_~`[\]]/g)?.length ?? 0) > MOST_MARKS) return [{ type: "text", raw: content, text: content }];
  return new Lexer({ gfm: true, tokenizer: new ChatTokenizer() }).lex(content);
}
