#!/usr/bin/env bash
# The first story by hand: a mother is arrested, her child is cared for, decided, and paid.
# Run it beside `make run`: `bash docs/first-story.sh`. It needs curl and python3, and shows each call it makes.
set -euo pipefail
URL=${URL:-http://127.0.0.1:8000}
DATA_DIR=${DATA_DIR:-.data}

# `field NAME`: one field of the JSON on standard input; `field 0.id` and the like reach inside.
field() { python3 -c '
import json, sys
found = json.load(sys.stdin)
for step in sys.argv[1].split("."):
    found = found[int(step)] if isinstance(found, list) else found[step]
print(found)' "$1"; }

# `token CLIENT OFFICER`: a department proves who it is and names the officer behind the call.
token() {
  local secret
  secret=$(field "clients.$1" < "$DATA_DIR/sign-in.json")
  curl -sf "$URL/oauth/token" -d grant_type=client_credentials -d "client_id=$1" \
    --data-urlencode "client_secret=$secret" --data-urlencode "officer=$2" | field access_token
}

# `ask CLIENT OFFICER METHOD PATH [BODY]`: one call through the gateway; its answer is shown and kept in ANSWER.
ask() {
  ANSWER=$(curl -s -X "$3" "$URL$4" -H "Authorization: Bearer $(token "$1" "$2")" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $RANDOM-$RANDOM-$RANDOM" ${5:+-d "$5"})
  printf '\033[1m%s/%s  %s %s\033[0m\n%s\n\n' "$1" "$2" "$3" "$4" "$(cut -c1-600 <<< "$ANSWER")"
}

# `ask_until WORD …`: the same call again until its answer has the word in it; events need a moment.
ask_until() {
  local word=$1; shift
  for _ in $(seq 50); do ask "$@" > /dev/null; grep -q "$word" <<< "$ANSWER" && break; sleep 0.2; done
  ask "$@"
}

TODAY=$(date +%F)
TOWN=town-331081001
BORN=$(date -d "-$((3000 + RANDOM % 2000)) days" +%F)  # another child each time

echo "1. 公安推送羁押，却没有说明是否有未成年子女：退回并说明依据 / refused without the answer the law asks for"
ask police 民警-1 POST /v1/protection/detentions \
  "{\"kind\":\"刑事拘留\",\"person\":{\"name\":\"某某\"},\"began_on\":\"$TODAY\",\"town\":\"太平街道\"}"

echo "2. 补上询问结果：当日安排照料 / with the answer, care is arranged the same day"
ask police 民警-1 POST /v1/protection/detentions "{
  \"kind\":\"刑事拘留\",\"person\":{\"name\":\"某某\"},\"began_on\":\"$TODAY\",\"ends_on\":\"$(date -d '+300 days' +%F)\",
  \"town\":\"太平街道\",\"minor_children\":{\"answer\":\"有\",\"children\":[{\"name\":\"陈小满\",\"birth_date\":\"$BORN\",
  \"hukou\":\"浙江省温岭市太平街道\",\"relation\":\"mother\",\"town\":\"太平街道\",\"carer_kind\":\"relative\",
  \"carer\":{\"name\":\"陈桂花\",\"relation\":\"外祖母\"}}]}}"
CHILD=$(field children.0.child_ref <<< "$ANSWER")

echo "3. 数据自己提出申请（政策找人），并列出待查明的事实 / the data apply by themselves and name what is missing"
ask_until opened "$TOWN" 督导员 GET "/v1/eligibility/applications?child_id=$CHILD"
APPLICATION=$(field items.0.id <<< "$ANSWER")
ask "$TOWN" 督导员 GET "/v1/eligibility/applications/$APPLICATION"

echo "4. 公安补充：父亲已于2024年死亡 / the missing fact arrives from the department that has it"
ask police 民警-1 POST "/v1/eligibility/children/$CHILD/facts" \
  '{"facts":{"father":{"life":"死亡"}},"valid_from":"2024-05-01","evidence":{"father.life":"户口注销证明"}}'
ask "$TOWN" 督导员 POST "/v1/eligibility/children/$CHILD/people" "{
  \"role\":\"payee\",\"kind\":\"carer\",\"relation\":\"外祖母\",\"name\":\"陈桂花\",\"since\":\"$TODAY\",
  \"bank\":\"温岭农商银行\",\"bank_code\":\"ZJRCB\",\"account\":\"6228480402564890018\"}"

echo "5. 镇（街道）查验，县级拟定，另一人确认 / verified, proposed, and confirmed by a second person"
ask "$TOWN" 督导员 POST "/v1/eligibility/applications/$APPLICATION/verification" '{"opinion":"情况属实"}'
ask civil_affairs 经办员 POST "/v1/eligibility/applications/$APPLICATION/decision" '{}'
echo "   同一人确认：不行 / the same person may not"
ask civil_affairs 经办员 POST "/v1/eligibility/applications/$APPLICATION/confirmation" '{}'
ask civil_affairs 复核员 POST "/v1/eligibility/applications/$APPLICATION/confirmation" '{}'

echo "6. 为什么？决定及其依据 / why: the decision and every clause it rests on"
ask civil_affairs 经办员 GET "/v1/eligibility/decisions/$(field id <<< "$ANSWER")"

echo "7. 从确认的次月起发放 / paid from the month after"
ask_until award_id civil_affairs 经办员 GET "/v1/payments/children/$CHILD/awards"

echo "8. 谁看过这个孩子 / who looked at this child"
ask auditor 审计员 GET "/v1/eligibility/audit/disclosures?subject_id=$CHILD&limit=3"
