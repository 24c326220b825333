// What happens, as it happens: one stream, a short list, and numbers fetched anew when they may have changed.
"use strict";
(() => {
  const feed = document.getElementById("feed");
  if (!feed) return;
  const numbers = document.getElementById("numbers");
  const link = document.getElementById("link");
  const heard = document.getElementById("heard");
  const most = Number(feed.dataset.most || 30);
  let count = 0;
  let waiting = null;

  const cell = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const refresh = async () => {
    waiting = null;
    const answer = await fetch(numbers.dataset.fragment, { credentials: "same-origin" });
    if (answer.ok) numbers.innerHTML = await answer.text();
    else if (answer.status === 401) location.assign("/sign-in");
  };

  const stream = new EventSource("/live");
  stream.addEventListener("state", (event) => {
    const on = event.data === "on";
    link.className = on ? "link on" : "link off";
    link.textContent = on ? "实时连接" : "网关暂不可用，正在重连…";
  });
  stream.addEventListener("happened", (event) => {
    const told = JSON.parse(event.data);
    count += 1;
    if (heard) heard.textContent = String(count);
    feed.querySelector(".empty")?.remove();
    const row = document.createElement("li");
    row.className = "fresh";
    const moment = new Date(told.time);
    row.append(cell("time", moment.toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false })));
    row.append(cell("span", told.zh), cell("span", told.town));
    feed.prepend(row);
    while (feed.children.length > most) feed.lastElementChild.remove();
    waiting ??= setTimeout(refresh, 800);
  });
  stream.onerror = () => {
    link.className = "link off";
    link.textContent = "连接中断，正在重连…";
  };
})();
