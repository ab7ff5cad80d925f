import { useI18n } from "vue-i18n";
import type { AskFailure } from "./useAsking";

/**
 * Why the server did not do what it was asked for, in words; to try it again is advised only where that may help.
 *
 * `refused` says what a refusal means where it is shown.
 */
export function useFailureText(): (failure: AskFailure, refused?: string) => string {
  const { t } = useI18n();
  return (failure, refused = t("asking.refused")) => {
    switch (failure) {
      case "FORBIDDEN":
      case "INVALID_FRAME":
        return refused;
      case "INTERNAL":
        return t("asking.failed");
      case "NO_CONNECTION":
        return t("asking.offline");
      default:
        return t(`error.${failure}`);
    }
  };
}
