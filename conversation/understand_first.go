package conversation

import "kentongan/reports"

func greeting(text string) bool { return false }

func tells(text string) bool { return false }

func wantsSecrecy(text string) bool { return false }

func suggestKind(text string) reports.Kind { return "" }

func danger(text string) bool { return false }

func coordinates(text string) (lat, lon float64, ok bool) { return 0, 0, false }
