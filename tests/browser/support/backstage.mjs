// The door to whoever started these tests, who can kill a process, start it again, and look into the database.
import { connect } from "node:net";

const port = process.env.BROWSER_TEST_BACKSTAGE;

export function order(line) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(`${line}\n`));
    let said = "";
    socket.setEncoding("utf8");
    socket.on("data", (part) => (said += part));
    socket.on("error", reject);
    socket.on("end", () => (said.startsWith("failed") ? reject(new Error(`${line} ${said}`)) : resolve(said)));
  });
}
