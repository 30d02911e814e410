/** Texts of the candidate's pages, in both languages. */
import * as devices from "./messages/devices";
import * as exam from "./messages/exam";
import * as login from "./messages/login";
import * as shell from "./messages/shell";
import * as steps from "./messages/steps";

export const zh = { ...shell.zh, ...login.zh, ...steps.zh, ...devices.zh, ...exam.zh };

export const en: typeof zh = { ...shell.en, ...login.en, ...steps.en, ...devices.en, ...exam.en };
