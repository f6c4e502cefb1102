// Package fund is what is known of three affairs between cities, as data and pure rules: moving
// the pension insurance of an employee (职工养老保险关系转移接续), moving or withdrawing a housing
// provident fund (住房公积金异地转移、提取), and registering for medical treatment elsewhere
// (异地就医备案).
//
// A Record is what a scheme of a city knows of a person; the money itself stands in package
// ledger. The city that takes over asks the one that has the account (联系函); that one answers
// with an Information (信息表) or says why not (Release); the first checks it (Accept) and agrees;
// then the money moves and the years with it.
//
// # Where the rules come from
//
// Facts lists each figure with its source and grade: b an official copy read by somebody, c a
// copy of a copy, K general knowledge without a page at hand, assumed ours. Notable are
//
//   - 国办发〔2009〕66号: the individual account moves whole; of the pooled part 12 % of the wages on
//     which contributions were paid since 1998-01-01; each city has 15 working days. Since
//     pooling by province money of the pooled part may stay within a province and the relation
//     alone moves; the rules of Hunan were not found. Here it moves (Rules.PooledStays: false), assumed.
//   - 住房公积金管理条例 art. 24 (grounds to withdraw), 25 (three days). That an account is moved
//     after half a year of contributions at the new place follows 建金〔2018〕46号, K.
//   - 医保发〔2022〕22号: registered for residence or for a stay of at least six months (跨省). That a
//     registration may be waived within the province is assumed, and not applied.
//
// Words for codes are in locale/*/fund.json.
package fund
