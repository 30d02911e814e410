/** The phone, for the parts of its page. */
import { type InjectionKey, inject } from "vue";
import type { Phone } from "./phone";

export const PHONE: InjectionKey<Phone> = Symbol("phone");

export function usePhone(): Phone {
  const phone = inject(PHONE);
  if (!phone) throw new Error("no phone is provided");
  return phone;
}
