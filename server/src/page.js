setInterval(async()=>{if(document.hidden)return;try{const r=await fetch(location.href);if(!r.ok)return;
const d=new DOMParser().parseFromString(await r.text(),"text/html");
document.querySelector("main").replaceWith(d.querySelector("main"));}catch{}},2000);
