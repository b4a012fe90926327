# Completion of roomsync for PowerShell 5.1 or newer. In $PROFILE:
#   roomsync completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName roomsync -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # The words before the one that is being written, without the quotes around them.
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { "$_" }
        })
    $word = $wordToComplete -replace '^[''"]|[''"]$', ''
    # Older versions pass no empty word, so two quotes stand for one.
    if ($word -eq '') { $word = '""' }
    $words += $word
    $program = $commandAst.GetCommandName()
    $found = @(& $program __complete -- @words 2>$null)
    # Given nothing, PowerShell completes files; an empty line keeps it from that.
    if ($found -contains ':files') { return }
    if ($found.Count -eq 0) { return '' }
    $found | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if (-not $about) { $about = $value }
        $text = $value
        if ($value -match '[\s''"`$(){};,|&<>@#]') { $text = "'" + $value.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
