import { readFileSync } from "node:fs";

import { Parser } from "@asyncapi/parser";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { ERROR_CODES, parseFrame } from "./frames";

const TEXT = readFileSync(new URL("../../../docs/protocol/asyncapi.yaml", import.meta.url), "utf8");

interface Described {
  components: {
    messages: Record<string, { examples: { payload: { type?: string } }[] }>;
    schemas: { ErrorCode: { enum: string[] } };
  };
}
const described = parse(TEXT) as Described;

describe("the AsyncAPI document", () => {
  // Its parser takes seconds of a processor, which a busy machine has not.
  test("is valid AsyncAPI", { timeout: 180_000 }, async () => {
    const { document, diagnostics } = await new Parser().parse(TEXT);

    expect(diagnostics.filter(({ severity }) => severity <= 1)).toEqual([]);
    expect(document?.version()).toBe("3.0.0");
  });

  const frames = Object.entries(described.components.messages).flatMap(([name, { examples }]) =>
    examples.filter(({ payload }) => payload.type).map(({ payload }) => ({ name, payload })),
  );

  test.each(frames)("describes a $name that the client understands", ({ payload }) => {
    expect(parseFrame(JSON.stringify(payload))).toMatchObject(payload);
  });

  test("has no error code that the client does not know", () => {
    expect(ERROR_CODES).toEqual(expect.arrayContaining(described.components.schemas.ErrorCode.enum));
  });
});
