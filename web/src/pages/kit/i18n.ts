/** Two languages, Chinese first. A page gives its messages in both; what the server says comes in both already. */
import { computed, type ComputedRef } from "vue";
import { createI18n, type I18n, useI18n } from "vue-i18n";
import type { Sentence } from "../../core/errors";

export type Language = "zh" | "en";

/** Messages of a page: English has exactly the keys of Chinese. */
export interface Messages<T extends MessageTree> {
  readonly zh: T;
  readonly en: Same<T>;
}

export interface MessageTree {
  readonly [key: string]: string | MessageTree;
}

type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> };

const REMEMBERED_AS = "viva-language";
const TAGS: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en" };

/** The languages of a page; the choice is remembered on the device. */
export function createLanguages<T extends MessageTree>(messages: Messages<T>): I18n {
  const locale = remembered() ?? "zh";
  document.documentElement.lang = TAGS[locale];
  return createI18n({ legacy: false, locale, fallbackLocale: "zh", messages: messages as never }) as I18n;
}

/** The language of the moment, and how to change it. */
export function useLanguage(): { language: ComputedRef<Language>; choose(language: Language): void } {
  const { locale } = useI18n({ useScope: "global" });
  return {
    language: computed(() => (locale.value === "en" ? "en" : "zh")),
    choose(language) {
      locale.value = language;
      document.documentElement.lang = TAGS[language];
      try {
        localStorage.setItem(REMEMBERED_AS, language);
      } catch {
        // A browser that stores nothing forgets the choice, and no more.
      }
    },
  };
}

/** Says a sentence that comes in both languages. */
export function useSentence(): (sentence: Sentence) => string {
  const { language } = useLanguage();
  return (sentence) => sentence[language.value];
}

function remembered(): Language | null {
  try {
    const language = localStorage.getItem(REMEMBERED_AS);
    return language === "zh" || language === "en" ? language : null;
  } catch {
    return null;
  }
}
