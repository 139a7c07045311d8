#include "queue/advice.h"

#include <span>
#include <string>

#include "base/text.h"

namespace queue {

namespace {

struct Words {
  std::string_view key;  // "subject.detail" of RFC 3463, a reply code, or a phase
  Advice english, chinese;
};

// clang-format off
constexpr Words kByStatus[] = {
    {"1.0", {"The other server does not accept mail for this address.", "Check the address with the recipient over another channel, then send the message again."},
            {"对方服务器不接收发往该地址的邮件。", "请通过其他方式向收件人核实地址，然后重新发送。"}},
    {"1.1", {"There is no mailbox with this address.", "Check the spelling of the part before the @. If it is right, ask the recipient for their current address."},
            {"该收件地址不存在。", "请检查 @ 前面的部分是否拼写正确；如果无误，请向收件人索要现用的地址。"}},
    {"1.2", {"The domain of this address does not exist or takes no mail.", "Check the spelling of the part after the @."},
            {"收件地址的域名不存在，或不接收邮件。", "请检查 @ 后面的域名是否拼写正确。"}},
    {"1.3", {"The address is not written correctly.", "Check the address for spaces, missing letters or wrong punctuation."},
            {"收件地址的格式不正确。", "请检查地址中是否有空格、缺字或错误的标点。"}},
    {"1.6", {"The recipient has moved and left no forwarding address.", "Ask the recipient for their new address."},
            {"收件人已更换地址，且没有设置转发。", "请向收件人索要新地址。"}},
    {"1.8", {"The other server does not accept your address as a sender.", "Tell your mail administrator: the domain of your own address may be set up incompletely."},
            {"对方服务器不接受您的发件地址。", "请联系您的邮件管理员：贵单位域名的设置可能不完整。"}},
    {"1.10", {"The domain of this address has declared that it takes no mail at all.", "Check the spelling of the part after the @, or ask the recipient for another address."},
             {"收件地址的域名声明不接收任何邮件。", "请检查 @ 后面的域名，或向收件人索要其他地址。"}},
    {"2.1", {"The recipient's mailbox is switched off.", "Reach the recipient over another channel; sending again will not help."},
            {"收件人的邮箱已停用。", "请通过其他方式联系收件人；重新发送没有作用。"}},
    {"2.2", {"The recipient's mailbox is full.", "Ask the recipient to make room, then send the message again."},
            {"收件人的邮箱已满。", "请收件人清理邮箱后再重新发送。"}},
    {"2.3", {"The message is larger than the recipient's mailbox accepts.", "Send it without large attachments, or share the files with a link."},
            {"邮件大小超过收件人邮箱的限制。", "请去掉大附件，或改用链接分享文件后重新发送。"}},
    {"3.4", {"The message is larger than the other server accepts.", "Send it without large attachments, or share the files with a link."},
            {"邮件大小超过对方服务器的限制。", "请去掉大附件，或改用链接分享文件后重新发送。"}},
    {"4.1", {"The other server did not answer.", "Nothing on your side: it is out of order or cannot be reached. Try again later, or reach the recipient over another channel."},
            {"对方服务器没有应答。", "问题不在您这边：对方服务器故障或无法连接。请稍后再试，或通过其他方式联系收件人。"}},
    {"4.2", {"The connection to the other server broke off.", "Try again later; if it happens again, tell your mail administrator."},
            {"与对方服务器的连接中断。", "请稍后再试；如果仍然失败，请联系您的邮件管理员。"}},
    {"4.3", {"The domain of the address could not be looked up.", "Check the spelling of the part after the @; if it is right, try again later."},
            {"无法查询收件地址的域名。", "请检查 @ 后面的域名；如果无误，请稍后再试。"}},
    {"4.4", {"No mail server is known for the domain of this address.", "Check the spelling of the part after the @."},
            {"收件地址的域名没有邮件服务器。", "请检查 @ 后面的域名是否拼写正确。"}},
    {"4.6", {"The message went round in circles between servers.", "Tell your mail administrator: two servers send it to each other."},
            {"邮件在服务器之间循环转发。", "请联系您的邮件管理员：有服务器互相转发此邮件。"}},
    {"4.7", {"The message could not be delivered in the time allowed.", "The other server stayed out of reach or kept putting the message off. Reach the recipient over another channel, or send it again later."},
            {"在规定的时间内未能投递该邮件。", "对方服务器一直无法连接或一直推迟接收。请通过其他方式联系收件人，或稍后重新发送。"}},
    {"5.3", {"The message has more recipients than the other server accepts.", "Send it to fewer recipients at a time."},
            {"收件人数量超过对方服务器的限制。", "请减少每次发送的收件人数量。"}},
    {"6.7", {"The other server does not take addresses with non-English letters.", "Ask the recipient for an address in plain English letters, or send from one."},
            {"对方服务器不支持含中文等非英文字符的邮件地址。", "请向收件人索要纯英文的地址，或改用英文地址发送。"}},
    {"7.0", {"The other server refused the message for reasons of policy.", "Its words below may say more. If the message is wanted, ask the recipient or your mail administrator to have it let in."},
            {"对方服务器依据其策略拒收该邮件。", "下面的原文可能给出原因。如果邮件正常，请收件人或您的邮件管理员协助放行。"}},
    {"7.1", {"The other server refused the message, often because it was taken for spam or you may not write to this address.", "Its words below may say more. Ask the recipient to allow your address, or tell your mail administrator."},
            {"对方服务器拒收该邮件，常见原因是被判为垃圾邮件，或您无权向该地址发信。", "下面的原文可能给出原因。请收件人将您的地址加入白名单，或联系您的邮件管理员。"}},
    {"7.2", {"You may not write to this mailing list or group.", "Ask the owner of the list to let you in."},
            {"您无权向该邮件列表或群组发信。", "请联系该列表的所有者授予权限。"}},
    {"7.10", {"The other server's encryption does not fulfil what its domain promises.", "Tell your mail administrator; the message was not sent over an unsafe connection."},
             {"对方服务器的加密不符合其域名的承诺。", "请联系您的邮件管理员；邮件没有通过不安全的连接发出。"}},
    {"7.23", {"The other server could not confirm that the message comes from you (SPF).", "Tell your mail administrator."},
             {"对方服务器无法确认邮件来自您的域名（SPF 校验失败）。", "请联系您的邮件管理员。"}},
    {"7.26", {"The other server could not confirm that the message comes from you (SPF and DKIM).", "Tell your mail administrator."},
             {"对方服务器无法确认邮件来自您的域名（SPF 和 DKIM 校验失败）。", "请联系您的邮件管理员。"}},
    {"7.30", {"The message asks for an encrypted way all along, and the other server does not offer it (REQUIRETLS).", "Send it without that demand, if it may travel so."},
             {"邮件要求全程加密传送（REQUIRETLS），而对方服务器不支持。", "如果允许，请取消该要求后重新发送。"}},
};
constexpr Words kOther[] = {
    {"421", {"The other server is not taking mail now.", "Nothing on your side. Try again later."},
            {"对方服务器暂时不接收邮件。", "问题不在您这边，请稍后再试。"}},
    {"450", {"The recipient's mailbox is not available now.", "Try again later, or reach the recipient over another channel."},
            {"收件人的邮箱暂时不可用。", "请稍后再试，或通过其他方式联系收件人。"}},
    {"451", {"The other server could not take the message now.", "Some servers put off mail of senders they see for the first time; it is tried again by itself."},
            {"对方服务器暂时无法接收该邮件。", "有些服务器会推迟接收初次来信；系统会自动重试。"}},
    {"452", {"The other server or the mailbox has no room left.", "Try again later."},
            {"对方服务器或邮箱空间不足。", "请稍后再试。"}},
    {"550", {"The other server refused the message or does not know the address.", "Check the address. Its words below may say more."},
            {"对方服务器拒收该邮件，或收件地址不存在。", "请检查收件地址；下面的原文可能给出原因。"}},
    {"552", {"The message is too large, or the mailbox is full.", "Send it without large attachments, or ask the recipient to make room."},
            {"邮件过大，或收件人的邮箱已满。", "请去掉大附件，或请收件人清理邮箱。"}},
    {"554", {"The other server refused the message.", "Its words below may say why. If the message is wanted, ask the recipient or your mail administrator for help."},
            {"对方服务器拒收该邮件。", "下面的原文可能给出原因。如果邮件正常，请收件人或您的邮件管理员协助处理。"}},
    {"resolve", {"The domain of the address could not be looked up.", "Check the spelling of the part after the @; if it is right, try again later."},
                {"无法查询收件地址的域名。", "请检查 @ 后面的域名；如果无误，请稍后再试。"}},
    {"connect", {"The other server cannot be reached.", "Nothing on your side: it is out of order or cannot be reached. Try again later, or reach the recipient over another channel."},
                {"无法连接对方服务器。", "问题不在您这边：对方服务器故障或无法连接。请稍后再试，或通过其他方式联系收件人。"}},
    {"tls", {"No safe connection to the other server could be made.", "Tell your mail administrator; the message was not sent over an unsafe connection."},
            {"无法与对方服务器建立安全连接。", "请联系您的邮件管理员；邮件没有通过不安全的连接发出。"}},
    {"end", {"The other server did not confirm that it took the message.", "It may have arrived all the same: ask the recipient before you send it again."},
            {"对方服务器没有确认是否收到邮件。", "邮件也可能已经送达：重新发送前请先询问收件人。"}},
    {"", {"The message could not be delivered.", "The details below may help your mail administrator."},
         {"邮件未能投递。", "请将下面的详细信息提供给您的邮件管理员。"}},
};
// clang-format on

const Words* find(std::span<const Words> table, std::string_view key) {
  for (const Words& words : table)
    if (words.key == key) return &words;
  return nullptr;
}

std::string_view phase_key(const Attempt& attempt) {
  if (attempt.cut_off) return "end";
  switch (attempt.phase) {
    case Phase::kResolve:
      return "resolve";
    case Phase::kConnect:
    case Phase::kGreeting:
      return "connect";
    case Phase::kPolicy:
    case Phase::kTls:
      return "tls";
    default:
      return "";
  }
}

const Words& words_for(const Attempt& attempt) {
  if (attempt.enhanced.size() > 2 && attempt.enhanced[1] == '.') {
    if (const Words* found = find(kByStatus, std::string_view(attempt.enhanced).substr(2))) return *found;
  }
  if (const Words* found = find(kOther, std::to_string(attempt.reply_code))) return *found;
  return *find(kOther, phase_key(attempt));
}

}  // namespace

Language language_of(std::string_view tag) {
  const bool chinese = base::istarts_with(tag, "zh") && (tag.size() == 2 || tag[2] == '-' || tag[2] == '_');
  return chinese ? Language::kChinese : Language::kEnglish;
}

Advice advice_for(const Attempt& attempt, Language language) {
  const Words& words = words_for(attempt);
  return language == Language::kChinese ? words.chinese : words.english;
}

}  // namespace queue
