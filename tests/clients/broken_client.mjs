// A client that is broken in one branch: it takes for granted that every contact has an e-mail disposition.
const { BASE_URL, CONTRACTS_API_KEY: key, CONTRACTS_PARAM_ID: id, CONTRACTS_PARAM_CONTACT_ID: contact } = process.env;
const answer = await fetch(`${BASE_URL}/v3/sequences/${id}/contacts/${contact}`, {
  headers: { Authorization: `Bearer ${key}` },
});
if (!answer.ok) throw new Error(`the API answered ${answer.status}`);
const { email, emailDisposition } = await answer.json();
console.log(`${email ?? "no address"}: ${emailDisposition.isReplied ? "replied" : "no reply yet"}`);
