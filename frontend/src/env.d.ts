/// <reference types="vite/client" />
declare module "emoji-picker-element/i18n/*.js" {
  const texts: import("emoji-picker-element/shared").I18n;
  export default texts;
}
