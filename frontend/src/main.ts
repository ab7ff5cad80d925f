import "./styles/main.css";
import { createPinia } from "pinia";
import { createApp, h } from "vue";
import App from "./App.vue";
import { ensureStorage, keepShell } from "./browser";
import SettingsError from "./components/common/SettingsError.vue";
import { isSomebodyRemembered } from "./composables/account/useRememberedUser";
import { storedLocale } from "./composables/page/useLocale";
import { createTranslations } from "./i18n";
import { nextTask } from "./nextTask";
import { importAuthPage, importChatPage } from "./pages";
import { readSettings, SettingsInvalid } from "./settings";

ensureStorage(window);

// Most likely the page to come: it is fetched while the sign-in service is asked. What fails is imported again by it.
(isSomebodyRemembered() ? importChatPage : importAuthPage)().catch(() => undefined);

function page() {
  try {
    return h(App, { settings: readSettings(import.meta.env) });
  } catch (error) {
    if (error instanceof SettingsInvalid) return h(SettingsError, { variables: error.variables });
    throw error;
  }
}

// The development server serves the sources as they are now.
if (import.meta.env.PROD) keepShell();

const app = createApp({ render: page }).use(createPinia()).use(createTranslations(storedLocale()));
// The script is run in one task, and what it draws in the next: on a slow phone the two together are felt.
void nextTask().then(() => app.mount("#app"));
