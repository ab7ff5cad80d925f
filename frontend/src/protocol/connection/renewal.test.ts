import { beforeEach, expect, test, vi } from "vitest";
import { ConnectionLost, RequestRefused, SessionExpired } from "@/protocol/errors";
import { RENEW_BEFORE_MS, renewInTime } from "./renewal";
import type { ChatSocket } from "./socket";

const HOUR = 60 * 60_000;
const tokenUntil = (expiry: number) => `head.${btoa(JSON.stringify({ exp: expiry / 1000 }))}.signature`;

let request: ReturnType<typeof vi.fn>;
let close: ReturnType<typeof vi.fn>;
let lose: (code: number) => void;
let onSessionExpired: ReturnType<typeof vi.fn<() => void>>;
let serverTime: () => number | null;

beforeEach(() => {
  serverTime = () => Date.now();
  vi.useFakeTimers({ now: 0 });
  request = vi.fn().mockResolvedValue({ type: "ack" });
  close = vi.fn();
  onSessionExpired = vi.fn<() => void>();
  return () => vi.useRealTimers();
});

function renew(token: string | undefined, idToken = () => Promise.resolve(tokenUntil(Date.now() + HOUR))) {
  const closed = new Promise<number>((resolve) => (lose = resolve));
  const socket = { request, closed, close } as unknown as ChatSocket;
  void renewInTime(socket, token, { credentials: { kind: "cognito", idToken }, onSessionExpired, serverTime });
}

test("a socket shows a newer token two minutes before each expires", async () => {
  renew(tokenUntil(HOUR));

  await vi.advanceTimersByTimeAsync(HOUR - RENEW_BEFORE_MS - 1);
  expect(request).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(request).toHaveBeenLastCalledWith("authenticate", undefined, tokenUntil(2 * HOUR - RENEW_BEFORE_MS));
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(request).toHaveBeenCalledTimes(2);
});

test("nothing is shown before the server has told its time", async () => {
  serverTime = () => (Date.now() < HOUR ? null : Date.now());
  renew(tokenUntil(HOUR));

  await vi.advanceTimersByTimeAsync(HOUR);
  expect(request).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(HOUR / 2);
  expect(request).toHaveBeenCalledOnce();
});

test("what fails in passing is tried again before the token expires", async () => {
  request.mockRejectedValueOnce(new RequestRefused("RATE_LIMITED", "")).mockRejectedValueOnce(new RequestRefused("INTERNAL", ""));
  renew(tokenUntil(HOUR));

  await vi.advanceTimersByTimeAsync(HOUR - RENEW_BEFORE_MS / 2);
  expect(request).toHaveBeenCalledTimes(3);
});

test("a session that is over is told", async () => {
  renew(tokenUntil(HOUR), () => Promise.reject(new SessionExpired()));

  await vi.advanceTimersByTimeAsync(HOUR);
  expect(onSessionExpired).toHaveBeenCalledOnce();
  expect(request).not.toHaveBeenCalled();
});

test("a socket that is refused for good is closed, and replaced by whoever keeps it", async () => {
  request.mockRejectedValue(new RequestRefused("UNAUTHENTICATED", ""));
  renew(tokenUntil(HOUR));

  await vi.advanceTimersByTimeAsync(HOUR);
  expect(close).toHaveBeenCalledOnce();
});

test.each([
  ["closed", () => lose(1000)],
  ["lost over it", () => request.mockRejectedValue(new ConnectionLost(1006))],
])("a socket that is %s shows nothing more", async (_, end) => {
  renew(tokenUntil(HOUR));
  end();

  await vi.advanceTimersByTimeAsync(3 * HOUR);
  expect(request.mock.calls.length).toBeLessThanOrEqual(1);
});

test.each([undefined, "", "no token", "a.b.c", `a.${btoa("null")}.c`, `a.${btoa('{"exp":"soon"}')}.c`])("without an expiry nothing is shown: %s", async (token) => {
  renew(token);

  await vi.advanceTimersByTimeAsync(24 * HOUR);
  expect(request).not.toHaveBeenCalled();
});
