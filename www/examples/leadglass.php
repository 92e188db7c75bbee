<?php
/**
 * Plugin Name: leadglass
 * Description: [leadglass form="enquiry"] puts a lead form where it stands; theme, load, as and opener say how.
 */

defined('ABSPATH') || exit;

// Where your endpoint is reached.
defined('LEADGLASS_ORIGIN') || define('LEADGLASS_ORIGIN', 'https://forms.example.com');

function leadglass_shortcode($given)
{
    $said = shortcode_atts(['form' => '', 'theme' => '', 'load' => '', 'as' => '', 'opener' => ''], $given, 'leadglass');
    $form = rawurlencode($said['form']);
    if ($form === '') {
        return '';
    }
    $data = '';
    foreach (['theme', 'load', 'as', 'opener'] as $name) {
        if ($said[$name] !== '') {
            $data .= sprintf(' data-%s="%s"', $name, esc_attr($said[$name]));
        }
    }
    $origin = untrailingslashit(LEADGLASS_ORIGIN);
    return sprintf(
        '<script async%s src="%s"></script><noscript><a href="%s">%s</a></noscript>',
        $data,
        esc_url("$origin/embed/$form.js"),
        esc_url("$origin/f/$form"),
        esc_html__('Fill in the form', 'leadglass')
    );
}

add_shortcode('leadglass', 'leadglass_shortcode');
