/** The kit that candidate and phone pages are built of. */
import "./tokens.css";

export { clockFace, spokenTime } from "./countdown";
export { createLanguages, type Language, type Messages, useLanguage, useSentence } from "./i18n";
export { default as LanguageSwitch } from "./LanguageSwitch.vue";
export { useNow } from "./use_now";
export { default as VButton } from "./VButton.vue";
export { default as VCountdown } from "./VCountdown.vue";
export { default as VDialog } from "./VDialog.vue";
export { default as VField } from "./VField.vue";
export { default as VNotice } from "./VNotice.vue";
export { default as VProgress } from "./VProgress.vue";
