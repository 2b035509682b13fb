package handlers

import "kiennghi/models"

// caller says who may call an operation.
type caller int

const (
	nobody   caller = iota // not in the table: refused
	everyone               // no sign-in; a token is ignored
	guest                  // no sign-in needed; a token says who it is
	citizen                // a signed-in person, not staff
	member                 // anyone signed in
	staff                  // staff whose roles allow the action
)

// rule is one line of the access table. Action is checked against
// models.Permissions before the handler runs; whether the member may act on that very
// case is checked with the case in hand.
type rule struct {
	caller caller
	action models.Action
}

// access is the table of who may call what, by operationId. An operation that is
// missing here is refused, and a test fails.
var access = map[string]rule{
	"healthz":        {caller: everyone},
	"readyz":         {caller: everyone},
	"getJwks":        {caller: everyone},
	"listAgencies":   {caller: everyone},
	"getAgency":      {caller: everyone},
	"listProvinces":  {caller: everyone},
	"listCommunes":   {caller: everyone},
	"listAnswers":    {caller: everyone},
	"getAnswer":      {caller: everyone},
	"getAnswerProof": {caller: everyone},
	"getAgencyJwks":  {caller: everyone},
	"answersFeed":    {caller: everyone},
	"suggest":        {caller: everyone},
	"triage":         {caller: everyone},
	"getFigures":     {caller: everyone},

	"sendOtp":       {caller: everyone},
	"verifyOtp":     {caller: everyone},
	"signInStaff":   {caller: everyone},
	"refreshTokens": {caller: everyone},
	"signOut":       {caller: everyone},

	"getMe":              {caller: member},
	"patchMe":            {caller: member},
	"startTotp":          {caller: member},
	"changePassword":     {caller: member},
	"confirmTotp":        {caller: member},
	"listSessions":       {caller: member},
	"deleteSession":      {caller: member},
	"createUpload":       {caller: member},
	"getUpload":          {caller: guest},
	"getUploadThumbnail": {caller: guest},
	"streamEvents":       {caller: member},

	"createFeedback":    {caller: citizen},
	"listMyFeedback":    {caller: citizen},
	"getMyFeedback":     {caller: citizen},
	"addMessage":        {caller: citizen},
	"withdrawFeedback":  {caller: citizen},
	"rateFeedback":      {caller: citizen},
	"reopenFeedback":    {caller: citizen},
	"putDevice":         {caller: citizen},
	"deleteDevice":      {caller: citizen},
	"listNotifications": {caller: citizen},
	"readNotification":  {caller: citizen},

	"exportMyData":       {caller: citizen},
	"getNotice":          {caller: citizen},
	"agreeToNotice":      {caller: citizen},
	"listMyDataRequests": {caller: citizen},
	"createDataRequest":  {caller: citizen},

	"deskListDataRequests":  {staff, models.ActDataRights},
	"deskDecideDataRequest": {staff, models.ActDataRights},
	"deskExtendDataRequest": {staff, models.ActDataRights},
	"deskListBreaches":      {staff, models.ActBreach},
	"deskCreateBreach":      {staff, models.ActBreach},
	"deskNotifyBreach":      {staff, models.ActBreach},

	"deskListFeedback":       {staff, models.ActList},
	"deskGetFeedback":        {staff, models.ActView},
	"deskCreateFeedback":     {staff, models.ActKeyIn},
	"deskAssign":             {staff, models.ActAssign},
	"deskForward":            {staff, models.ActForward},
	"deskReturn":             {staff, models.ActReturn},
	"deskRefuse":             {staff, models.ActRefuse},
	"deskRequestInfo":        {staff, models.ActRequestInfo},
	"deskWrite":              {staff, models.ActWrite},
	"deskAddNote":            {staff, models.ActNote},
	"deskTake":               {staff, models.ActTake},
	"deskClassify":           {staff, models.ActClassify},
	"deskUnseal":             {staff, models.ActUnseal},
	"deskCreateReply":        {staff, models.ActDraft},
	"deskEditReply":          {staff, models.ActEdit},
	"deskSubmitReply":        {staff, models.ActSubmit},
	"deskApproveReply":       {staff, models.ActApprove},
	"deskRejectReply":        {staff, models.ActReject},
	"deskPublishReply":       {staff, models.ActPublish},
	"deskUnpublishReply":     {staff, models.ActUnpublish},
	"deskGetRedaction":       {staff, models.ActRedact},
	"deskRedact":             {staff, models.ActRedact},
	"deskListRefusalGrounds": {staff, models.ActList},
	"deskListParked":         {staff, models.ActListParked},
	"deskRetryWork":          {staff, models.ActRetryWork},
	"deskOverdue":            {staff, models.ActList},
	"deskBetween":            {staff, models.ActNudge},
	"deskRouting":            {staff, models.ActRouting},
	"deskAddTask":            {staff, models.ActCoordinate},
	"deskContribute":         {staff, models.ActContribute},
	"deskReturnTask":         {staff, models.ActReturnTask},
	"deskCancelTask":         {staff, models.ActCancelTask},
	"deskListReminders":      {staff, models.ActRemind},
	"deskReadReminder":       {staff, models.ActRemind},
	"deskMerge":              {staff, models.ActMerge},
	"deskUnmerge":            {staff, models.ActUnmerge},
	"deskProposeMerge":       {staff, models.ActProposeMerge},
	"deskDeclineMerge":       {staff, models.ActDeclineMerge},
	"deskLink":               {staff, models.ActLink},
	"deskUnlink":             {staff, models.ActUnlink},
	"deskSplit":              {staff, models.ActSplit},
	"deskUnsplit":            {staff, models.ActUnsplit},
	"deskWriteLetter":        {staff, models.ActNudge},
	"deskGetLetter":          {staff, models.ActNudge},
	"deskListLetters":        {staff, models.ActReadLetter},
	"deskReadLetter":         {staff, models.ActReadLetter},
	"deskNudge":              {staff, models.ActNudge},
	"deskEscalate":           {staff, models.ActEscalate},
	"deskAccept":             {staff, models.ActAccept},
	"deskExtend":             {staff, models.ActExtend},
	"deskAskExtension":       {staff, models.ActAskExtension},
	"deskDecideExtension":    {staff, models.ActDenyExtension},
	"deskProgress":           {staff, models.ActProgress},
	"deskListAudit":          {staff, models.ActListAudit},
	"deskListTemplates":      {staff, models.ActTemplates},
	"deskCreateTemplate":     {staff, models.ActTemplates},
	"deskEditTemplate":       {staff, models.ActTemplates},
	"deskDeleteTemplate":     {staff, models.ActTemplates},

	"adminListStaff":      {staff, models.ActAdminister},
	"adminGetStaff":       {staff, models.ActAdminister},
	"adminCreateStaff":    {staff, models.ActAdminister},
	"adminEditStaff":      {staff, models.ActAdminister},
	"adminResetPassword":  {staff, models.ActAdminister},
	"adminResetTotp":      {staff, models.ActAdminister},
	"adminAddAgency":      {staff, models.ActAdminister},
	"adminEditAgency":     {staff, models.ActAdminister},
	"adminDissolveAgency": {staff, models.ActAdminister},
	"adminRotateSealKey":  {staff, models.ActAdminister},
	"adminListRules":      {staff, models.ActAdminister},
	"adminListFields":     {staff, models.ActAdminister},
	"adminAmend":          {staff, models.ActAdminister},
	"adminRepeal":         {staff, models.ActAdminister},
	"adminGetFeatures":    {staff, models.ActAdminister},
	"adminSetFeatures":    {staff, models.ActAdminister},
}
