import "@fontsource-variable/inter/wght.css";
import "@midas-ds/theme/variables.css";
import "@midas-ds/theme/color-scheme.css";
import "./shared/style/base.css";
import "./shared/style/frame.css";
import "./shared/style/parts.css";
import "./shared/style/staff.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app";

const root = document.getElementById("root");
if (!root) {
  throw new Error("index.html has a root");
}
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
