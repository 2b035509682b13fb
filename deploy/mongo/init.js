// Run by mongosh as the service mongo-init of compose.yaml: makes the replica set and
// the program's user. Again, it changes nothing.
const fs = require("fs");
const secret = (name) => fs.readFileSync("/run/secrets/" + name, "utf8").trim();
const root = () => connect("mongodb://root:" + secret("mongo_root_password") + "@mongo1:27017/admin?directConnection=true");

let admin = root();
try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (e) {
  if (e.codeName !== "NotYetInitialized") throw e;
  admin.adminCommand({
    replSetInitiate: {
      _id: "rs0",
      members: [
        { _id: 0, host: "mongo1:27017", priority: 2 },
        { _id: 1, host: "mongo2:27017" },
        { _id: 2, host: "mongo3:27017" },
      ],
    },
  });
}

// Whoever is primary now: the user is written there.
const all = "mongodb://root:" + secret("mongo_root_password") + "@mongo1:27017,mongo2:27017,mongo3:27017/admin?replicaSet=rs0&serverSelectionTimeoutMS=60000";
admin = connect(all);
const roles = [{ role: "readWrite", db: "kiennghi" }];
if (admin.getUser("kiennghi")) {
  admin.updateUser("kiennghi", { pwd: secret("mongo_password"), roles });
} else {
  admin.createUser({ user: "kiennghi", pwd: secret("mongo_password"), roles });
}
print("replica set rs0 and user kiennghi are there");
