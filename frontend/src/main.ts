import "./styles/main.css";
import { createPinia } from "pinia";
import { createApp, h } from "vue";
import App from "./App.vue";
import { ensureStorage, keepShell } from "./browser";
import SettingsError from "./components/common/SettingsError.vue";
import { storedLocale } from "./composables/page/useLocale";
import { createTranslations } from "./i18n";
import { readSettings, SettingsInvalid } from "./settings";

ensureStorage(window);

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

createApp({ render: page }).use(createPinia()).use(createTranslations(storedLocale())).mount("#app");
