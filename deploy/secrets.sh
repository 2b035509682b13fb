#!/bin/sh
# Makes the secrets of compose.yaml and kubernetes/ in a folder; those that are there
# stay. The files can be read by any user of the containers, the folder by you alone.
#
#   deploy/secrets.sh deploy/secrets
#
# Then put what your gateways gave you into fcm_credentials, sms_url and smtp_url. Keep a
# copy of keys elsewhere: without it nobody can read the names and phones again.
set -eu
dir=${1:?folder to write to}
umask 077
mkdir -p "$dir"
chmod 700 "$dir"
cd "$dir"

random() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; } # hex, safe in a URI
put() { # name; the text comes from standard input
  if [ -e "$1" ]; then cat >/dev/null; else cat >"$1.part" && chmod 444 "$1.part" && mv "$1.part" "$1"; fi
}

echo "k$(random 4):$(head -c 32 /dev/urandom | base64 | tr -d '\n')" | put keys
random 256 | put mongo_keyfile
random 24 | put mongo_root_password
random 24 | put mongo_password
echo "mongodb://kiennghi:$(cat mongo_password)@mongo1:27017,mongo2:27017,mongo3:27017/kiennghi?replicaSet=rs0&authSource=admin" | put mongo_uri
random 24 | put meili_key
echo "master_key = \"$(cat meili_key)\"" | put meili_config
random 10 | put s3_access_key
random 20 | put s3_secret_key
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$(cat s3_access_key)" "$(cat s3_secret_key)" | put s3_credentials
for name in fcm_credentials sms_url smtp_url; do put "$name" </dev/null; done
ls -l
