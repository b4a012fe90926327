import React from "react";
import { createRoot } from "react-dom/client";
import { VideoConference } from "@signalwire-community/react";

// Vite writes the token into the page: whoever gets that has it. So .env.local
// must hold the guest token, and this names no other.
const token = import.meta.env.VITE_GUEST_TOKEN;

createRoot(document.getElementById("app")).render(
  token ? <VideoConference token={token} /> : <p>There is no token: see README.md.</p>,
);
