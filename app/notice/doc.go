// Package notice tells people what happened to their affairs (消息提醒): in the page, by e-mail
// and by webhook.
//
// Tell writes a notice inside the deed of the act that it tells of, so that a notice exists
// exactly when the act does. What is to leave the node as well is written in the same deed and
// carried by Run afterwards: each try is taken by one program at a time, a failed one is made
// again with growing pauses, and after three days it is given up, which is written down like
// its dispatch. A program that dies between the answer of a mail server and its note sends
// again: the Message-ID of a mail and the id of a webhook's body stay the same, so that whoever
// receives both can tell. Nothing is lost, nothing else is sent twice.
//
// # What goes out
//
// What happened in one sentence and a link; names, numbers and reasons are read in the page by
// whoever signs in. The words of a code may hold the arguments of Public and no others, which a
// test holds them to.
//
// # To where
//
// An e-mail address is used once its owner has typed the code that was sent to it. A webhook's
// address has to answer a challenge before it is kept. Its requests are signed with the node's
// voice key (RFC 9421: label "notice", tag "conurb-notice", over method, target, content type
// and digest; the key is in the node's card); it goes over https, to public addresses, follows
// no redirect and waits ten seconds. A node whose node.yaml says so may send to private
// addresses, and to loopback over http.
//
// Sources: RFC 5322, RFC 3834 (Auto-Submitted), RFC 3207 (STARTTLS), RFC 9421, RFC 9530.
package notice
