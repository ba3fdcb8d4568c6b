# 機器人自己的話（繁體中文）。平靜、簡短，一句一事，先說怎麼做。

## 語言名稱
own-name = 繁體中文
language-en = 英文
language-zh-Hans = 簡體中文
language-zh-Hant = 繁體中文

## 問候
greeting =
    這裡可以分 { $parts } 個部分閱讀聲明「{ $title }」。
    你主動要求，才會收到更新。
    輸入 { $privacy }，看這裡保留甚麼資料、誰看得到。

## 按鈕
button-read = 閱讀
button-read-on = 接著讀 · { $place }
button-next = 下一頁 · { $place }
button-back = 上一頁 · { $place }
button-contents = 目錄
button-language = 語言
button-updates = 更新
button-close = 關閉
button-settings = 設定
button-privacy = 私隱
button-help = 說明
button-part = { $number } · { $heading }
button-updates-all = 所有更新
button-updates-urgent = 只要緊急的
button-updates-off = 不要更新
button-sound-on = 開啟聲音
button-sound-off = 關閉聲音
button-discreet-on = 開啟低調模式
button-discreet-off = 關閉低調模式
button-stop = 停止更新
button-quiet = 安靜時段
button-quiet-off = 不設安靜時段
button-timezone = 時區
button-here-off = 更新發到整個群組
button-private = 打開私人對話
button-channel = 頻道 { $number }

## 閱讀
in-language = 以下是{ $language }：
last-part = { $place } 是最後一個部分。
first-part = { $place } 是第一個部分。
no-such-part = 聲明有 { $parts } 個部分，可以從這裡選。
closed = 已關閉。輸入 { $read }，從上次停下的地方讀下去。

## 語言
choose-language = 選擇語言。還沒有譯文的段落會以其他語言顯示，並標明。
choose-script = 選擇字體：簡體或繁體。
language-unknown = 還沒有這種語言。可以從下面選一種。
language-chosen = 語言：{ $language }。

## 更新與設定
updates-all = 更新：全部。
updates-urgent = 更新：只要緊急的。
updates-off = 更新：關閉。沒有要求的訊息，不會發到這裡。
updates-none-yet = 還沒有發布過更新。
updates-choose = 選擇這個對話要收哪些更新。
settings-title = **這個對話的設定**
settings-language = 語言：{ $language }
settings-updates-all = 更新：全部
settings-updates-urgent = 更新：只要緊急的
settings-updates-off = 更新：關閉
settings-sound-on = 聲音：開
settings-sound-off = 聲音：關
settings-discreet-on = 低調模式：開。只發一行中性的話，不發內文。
settings-discreet-off = 低調模式：關
settings-quiet = 安靜時段：{ $hours }
settings-no-quiet = 安靜時段：沒有
settings-timezone = 時區：{ $zone }
settings-topic-one = 更新只發到一個主題。
settings-topic-none = 更新發到整個群組。
settings-how = 輸入 { $quiet } 設定安靜時段，輸入 { $timezone } 更改時區。
saved = 已儲存。
sound-wrong = 請寫 { $on } 或 { $off }。
quiet-wrong = 請選擇時段，或寫成 { $example }，或寫 { $off }。
timezone-wrong = 請選擇時區，或寫別的時區，例如 { $example }。

## 群組、頻道與房間
group-does = 這個機器人提供一篇可讀的文字；管理員選擇了，才會在這裡發更新。
group-reads = 它只讀自己的指令，例如 { $read }。
group-reads-unencrypted = 它只讀自己的指令，例如 { $read }。這個房間沒有加密。
group-sets = 只有管理員可以設定它，可以按下面，或輸入 { $settings }。
group-private = 請在私人對話中繼續閱讀。
group-typed = 請在與這個機器人的私人對話中輸入 { $command }。
group-idle = 一星期以來，這裡沒有人選擇甚麼。這個機器人現在離開。
here-on = 更新會發到這個主題。
here-off = 更新會發到整個群組。
here-no-topic = 這裡不是獨立的主題。請在要收更新的主題裡輸入 { $here }。
refused = 只有管理員可以在這裡這樣做。
refused-channel = 這裡沒有保留那個頻道的資料，或者你不是它的管理員。
channel-added = 這個機器人現在是你的頻道的管理員。它在這裡稱為頻道 { $number }。
channel-choose = 你選擇之前，它不會在那裡發任何內容。請選擇語言和更新。
channel-muted = 機器人不能在頻道 { $number } 發訊息：它在那裡缺少「發佈訊息」的權限。

## 說明
help-title = **可以輸入的指令**
help-line = { $command } { $description }
unknown = 請輸入下面的指令。這裡沒有人在讀，寫下的內容也不會保留。
pressed-old = 這個按鈕已經沒有作用，可以用下面的。
pressed-void = 這個按鈕在這裡沒有作用。
unreadable = 機器人讀不到那則訊息。請再傳一次；如果還是不行，請離開這個房間，再開一個新的。
too-much = 這裡一次傳來的訊息太多，這一則沒有讀。請等 { $seconds } 秒再傳。
command-start = 開始
command-read = 從上次停下的地方讀，或按編號讀某個部分
command-next = 下一頁
command-back = 上一頁
command-contents = 聲明的各個部分
command-language = 選擇語言
command-updates = 選擇收哪些更新，訂閱或取消訂閱
command-settings = 這個對話的所有選擇
command-about = 聲明出自誰，怎樣認出這個機器人
command-privacy = 保留甚麼，誰看得到
command-my_data = 這個對話留下的所有資料
command-forget_me = 刪除這個對話留下的所有資料
command-here = 更新發到這個主題
command-quiet = 安靜的時段
command-timezone = 這些時段的時區
command-close = 收起面板
command-help = 這些指令

## 關於
about-title = **{ $title }**
about-credit = 刊出時的照片署名：{ $name }
about-official = **這個機器人的官方地址**
about-address = { $network }：{ $address }
about-no-addresses = 營運者沒有列出官方地址。
about-fingerprint = Matrix 上的指紋：{ $fingerprint }
about-software = 程式以自由授權 AGPL-3.0-or-later 發布。聲明屬於刊出它的人。

## 私隱
privacy-title = **保留甚麼**
privacy-address = 這個對話的地址，已加密，金鑰放在資料庫以外。
privacy-choices = 讀到的位置和你的選擇，直到你刪除。
privacy-messages = 機器人在這裡的訊息編號，保留 { $hours } 小時，以便刪除。
privacy-heard = 每則處理過的訊息的加密記號，保留 { $hours } 小時，以免重複回答。它不指向任何人。
privacy-groups = 群組或頻道：已加密的地址、它的選擇，以及機器人到來的鐘點。
privacy-text = 你寫的內容從不保留。
privacy-where = 這些都放在營運者的伺服器上，{ $database } 裡。
privacy-vacuum = 在那裡刪除的內容，要等 PostgreSQL 自行清理之後，才會從資料庫的檔案中消失。
privacy-delete = 輸入 { $forget } 立即刪除，輸入 { $data } 查看。
privacy-limits = **不能承諾甚麼**
privacy-telegram = Telegram 看得到誰跟這個機器人說話、說了甚麼。那裡與機器人的對話沒有端對端加密。
privacy-matrix = 你的伺服器和機器人的伺服器看得到有這個房間、誰在裡面、何時使用。在加密房間裡，它們讀不到內容。
privacy-matrix-reactions = 表情回應沒有加密，在加密房間裡也一樣。
privacy-terminal = 這段對話只在這台機器上，關上就沒有了。
privacy-running = 有人奪去運行中的伺服器，記憶體裡就有金鑰。

## 我的資料
data-title = **這個對話留下的所有資料**
data-address = 它的地址，已加密。
data-language = 語言：{ $language }
data-no-language = 語言：沒有選擇
data-place = 讀到的位置：{ $place }
data-no-place = 讀到的位置：沒有
data-messages = 機器人的 { $count } 則訊息的編號。
data-channels = 有 { $count } 個頻道交給這個對話管理。
data-settings = { $settings } 裡顯示的選擇。
data-nothing = 你沒有選擇過甚麼。地址和編號會在 { $hours } 小時內自動刪除。

## 忘記我
forgotten = 已刪除。這個對話留下的資料，一點也沒有保留。
forgotten-telegram = 機器人最近 48 小時在這裡的訊息也刪除了；更早的，Telegram 不容許。要從手機刪除對話，打開對話的選單，選擇刪除，並封鎖這個機器人。
forgotten-matrix = 機器人在這裡的訊息也刪除了。要從手機刪除對話，離開這個房間，機器人隨後也會離開。
forgotten-group = 網絡容許的話，機器人最近在這裡的訊息也刪除了。它會留下，不再主動說話。要它離開，請移除它。
forgotten-channel = 機器人在頻道裡發過的內容，可以在頻道裡刪除。要它離開，請在頻道裡移除它。
forgotten-terminal = 關上這個視窗，對話就結束。

## 自我介紹
profile-name = Recognizing each others’ struggles
profile-description = 分部分閱讀聲明「{ $title }」，有英文、簡體中文和繁體中文。你主動要求，才會收到更新。Telegram 看得到誰跟機器人說話；/privacy 說明保留甚麼。
profile-short = 分部分閱讀聲明，有中文和英文。你主動要求，才會收到更新。

## 收到的人看到的訊息
post-urgent = 緊急
post-discreet = 這裡有新的內容可以看。
post-withdrawn = #{ $number } 已撤回。
button-open = 打開

## 管理人員：訊息
state-draft = 草稿
state-submitted = 等候批准
state-approved = 已批准
state-countdown = 即將發出
state-running = 正在發出
state-held = 已暫停
state-done = 已送達
state-cancelled = 已取消
state-rejected = 未獲批准
state-retracted = 已撤回
panel-text = **{ $language }：**{ $text }
panel-missing = **{ $language }：**欠缺
panel-urgent = 緊急：是。只要緊急訊息的對話也會收到。
panel-not-urgent = 緊急：否
panel-attachments = 附件：{ $count }
panel-audience = 收件的對話：{ $count }（{ $networks }）
panel-languages = 選用的語言：{ $languages }
panel-no-language = 未選
panel-hour = 時間：{ $moment }
panel-no-hour = 時間：批准後立即發出
panel-due = 如果沒有人暫停，{ $moment } 發出。
panel-why = 原因：{ $why }
panel-delivered = 已送達：{ $figure }
panel-network = { $network }：{ $figure } · 待發 { $pending } · 等候 { $waiting } · 已離開 { $gone } · 失敗 { $failed }
panel-recalled = 已收回：{ $done }，共 { $count } · 太舊 { $old } · 失敗 { $failed }
panel-held = 暫停原因：{ $why }
button-post-preview = 預覽
button-post-test = 發給我看
button-post-urgent-on = 標為緊急
button-post-urgent-off = 取消緊急
button-post-submit = 請求批准
button-post-hold = 暫停
button-post-release = 繼續
button-post-cancel = 取消這則
button-post-retract = 全部撤回
button-post-refresh = 重新整理
button-post-panel = 返回這則訊息
announce-how = 請把文字寫在指令後面：{ $example }
text-how = 請寫編號、語言和文字：{ $example }
text-long = 文字太長。最多 { $most } 個字元。
text-hidden = 文字裡有看不見的字元：{ $found }。請刪去。
urgent-how = 請寫 { $example }
no-such-post = 沒有這則訊息。
post-made = 訊息 #{ $number } 已存為草稿。
post-which-language = 這是哪種語言？
post-voided = 已修改。之前的批准作廢。
post-out-already = 它已經發出或結束，不能再修改。
test-coming = 馬上發給你，和大家收到的一樣。
no-drafts = 沒有草稿。{ $announce } 可以寫一則。
drafts-title = **未完成的訊息**

## 管理人員：成員
role-editor = 編輯
role-approver = 批准人
role-owner = 負責人
refused-role = 這需要「{ $role }」的身分。
refused-device = 這需要在加密聊天室裡，用已登記的裝置親自輸入。
invite-how = 請寫身分，也可以加代號：{ $example }。身分：editor、approver、owner。
callsign-long = 代號最多 { $most } 個字元。
callsign-taken = { $callsign } 已經是管理人員（{ $role }）。用同樣的身分可以邀請同一人的另一個地址。
invite-made = 「{ $role }」的邀請。只能用一次，{ $minutes } 分鐘內有效。
invite-type = 對機器人輸入：{ $command }
invite-link = { $network }：{ $link }
invite-once = 請用你信任的方式交給一個人。
invite-needs-encryption = 邀請只在加密聊天室裡有效，而且裝置要由本人的金鑰驗證過。請開啟加密後再說一次。
welcome-moderator = 你是 { $number } 號管理人員，代號 { $callsign }，身分：{ $role }。
welcome-how = { $announce } 寫一則訊息。{ $queue } 顯示將要發出的訊息。
moderators-title = **管理人員**
moderator-line = { $number } · { $callsign } · { $role }
moderator-frozen = { $number } · { $callsign } · { $role } · 已停用
moderators-how = { $freeze } 立即停用一個人。{ $remove } 移除一個人，需要負責人。

## 管理人員：發布
button-post-reject = 不批准
button-pause-all = 全部暫停
request-code = 輸入這一行，就批准你看到的內容：{ $command }
request-once = 代碼只屬於你，只能用一次。內容一改就作廢。
approve-how = 請寫編號和你的代碼，和請求裡的一樣。
submitted = 已請求批准。需要 { $asked } 人同意，有 { $able } 人可以批准。
submitted-short = 能批准的人不夠：寫過內容或定過時間的人不算。負責人可以邀請更多人。
approved-at-once = 這裡不需要批准。倒數結束後發出。
approved-now = 已批准。如果沒有人暫停，倒數結束後發出。
approved-more = 已有 { $given } 人批准，需要 { $asked } 人。
released-more = 已有 { $given } 人同意繼續，需要 { $asked } 人。
resume-more = 已有 { $given } 人同意全部繼續，需要 { $asked } 人。
queue-title = **將要發出的訊息**
queue-empty = 沒有將要發出的訊息。{ $drafts } 顯示未完成的。
queue-paused = 全部已暫停。{ $resume } 讓它們繼續。
moment-form = 請這樣寫日期和時間：{ $example }
moment-zone = 沒有這個時區。請這樣寫：{ $example }
moment-past = 這個時間已經過了。請寫以後的時間：{ $example }
moment-skipped = 那時鐘會撥快，沒有這個鐘點。請選別的時間：{ $example }
moment-twice = 那時鐘會撥慢，這個鐘點有兩次。請選別的時間：{ $example }
done-freeze = { $number } 號管理人員 { $callsign } 已停用。所有管理人員都會知道，這個人寫過或批准過的都已暫停。
done-thaw = { $number } 號管理人員 { $callsign } 已恢復。
done-remove = { $number } 號管理人員 { $callsign } 已移除。這個人寫過或批准過、還沒發出的都已暫停。
audit-title = **最近的操作**
stats-title = **要收訊息的對話**
stats-total = 全部：{ $count }
stats-network = { $network }：{ $count }
stats-language = { $language }：{ $count }

## 管理人員：為什麼沒有做
why-unknown = 沒有這則訊息、這位管理人員或這份邀請。
why-stranger = 只有管理人員可以這樣做。
why-role = 你的身分不夠。
why-state = 現在不行：狀態是「{ $state }」。
why-out = 已經發出了一部分。可以撤回，不能修改。
why-empty = 還沒有文字。
why-past = 時間已經過了。請另定時間。
why-own = 你寫過其中的內容。要由別人批准。
why-hour = 時間是你定的。要由別人批准。
why-code = 這不是你對這則訊息的代碼，或者已經用過。打開這則訊息可以看到新的。
why-expired = 太久了。打開這則訊息可以看到新的代碼。
why-tried = 輸錯太多次。打開這則訊息可以看到新的代碼。
why-unapproved = 現在的內容沒有獲得批准。請再次請求批准。
why-last-owner = 最後一位負責人要留下，否則沒有人能管理其他人。
why-themselves = 要由別人來做。
why-taken = 這個地址已經屬於一位管理人員。

## 管理人員：通知
letter-request = #{ $number } 等你批准。上面就是讀者會收到的內容。
letter-countdown = 如果沒有人暫停，{ $moment } 發出。
letter-receipt = #{ $number } 已送達：{ $figure }。失敗：{ $failed }。已離開：{ $gone }。
letter-retracted = #{ $number } 已撤回：完成 { $done }，太舊 { $old }，失敗 { $stuck }。
letter-breaker = #{ $number } 在 { $platform } 上已暫停：太多對話好像不在了。沒有結束任何訂閱。請看過再繼續。
letter-unapproved = #{ $number } 已暫停：到時間時還沒有獲得批准。
letter-expired = #{ $number } 沒有及時獲得批准，又成為草稿。
letter-rejected = #{ $number } 未獲批准。{ $reason }
letter-joined = { $number } 號管理人員加入，身分：{ $role }。
letter-frozen = { $number } 號管理人員已停用。
letter-thawed = { $number } 號管理人員已恢復。
letter-removed = { $number } 號管理人員已移除。

## 管理人員：指令
updates-latest = 這裡可以看最近的更新。
help-moderators = **身為管理人員**
command-announce = 寫一則訊息
command-text = 寫一種語言的文字：編號、語言、文字
command-urgent = 標為緊急：編號、on 或 off
command-preview = 看讀者會看到的樣子
command-test = 發給自己看
command-schedule = 定時間：編號、日期、時間
command-submit = 請求批准
command-approve = 用你的代碼批准
command-reject = 不批准
command-hold = 暫停一則訊息
command-release = 讓它繼續
command-cancel = 取消一則訊息
command-retract = 全部撤回
command-pause-all = 全部暫停
command-resume-all = 全部繼續
command-queue = 將要發出的訊息
command-drafts = 未完成的訊息
command-show = 一則訊息和它的送達情況
command-moderators = 有哪些管理人員
command-invite = 邀請管理人員：身分、代號
command-freeze = 立即停用一位管理人員
command-thaw = 恢復一位管理人員
command-remove = 移除一位管理人員
command-audit = 最近的操作
command-stats = 收件的數字

## 管理人員：要先回答的問題
answer-first = 請先回答下面的問題。
rest-asked = #{ $rest } 可能是 #{ $number } 的後半段：它緊接在一段長文字之後。你說明之前，兩者都不會發出。
rest-appended = 已接在一起。請檢查接縫：「…{ $before }」之後是「{ $after }…」。
rest-apart = 這是一則獨立的訊息，與 #{ $number } 分開。
rest-discarded = 後半段已捨去。
rest-unfit = 這無法存為一段不超過 { $most } 個字的文字。請捨去，再分成較短的幾段重新傳送。
button-rest-append = 屬於 #{ $number }
button-rest-apart = 獨立的一則訊息
button-rest-discard = 捨去
held-rest = 後面還有文字
held-frozen = 寫過或批准過它的人已被停用
held-removed = 寫過或批准過它的人已被移除
held-paused = 全部暫停過
held-unapproved = 批准的人數不足
held-breaker = 太多聊天似乎已不存在

## 管理人員：途中遺失的回答
invite-lost = 邀請已產生，但代碼在途中遺失。請重新產生：{ $command }
code-lost = 給你的代碼已產生，但在途中遺失。請再顯示一次這則訊息，取得新的代碼。
panel-rate = 每秒 { $rate } 個 · 約剩 { $left }
data-moderator = 管理人員 { $number }，{ $callsign }，{ $role }：你的地址（已密封），以及按編號記下的操作。
forgotten-moderator = 你仍是管理人員 { $number }。負責人可用 { $remove } 結束。
