import { createApp } from "vue";
import { createLanguages } from "../kit";
import App from "./App.vue";
import { en, zh } from "./messages";

createApp(App).use(createLanguages({ zh, en })).mount("#app");
