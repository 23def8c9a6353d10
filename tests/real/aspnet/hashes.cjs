// Two ports of ASP.NET Core Identity's hasher from npm. Lines of JSON in: {"make":KIND,"password":TEXT} or
// {"check":TEXT,"password":TEXT}. One line of JSON out for each.
const folder = process.argv[2] + "/node_modules/";
const first = require(folder + "asp-identity-pw");
const second = require(folder + "aspnetcore-identity-password-hasher");
const makers = {
  v2: (password) => first.hashIdentityPasswordV2(password),
  v3: (password) => first.hashIdentityPasswordV3(password),
  other: (password) => second.hash(password),
};
(async () => {
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    const { make, check, password } = JSON.parse(line);
    const answer = make ? await makers[make](password) : await second.verify(password, check);
    console.log(JSON.stringify(answer));
  }
})();
